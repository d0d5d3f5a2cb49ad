import type { StoredCommand } from "./command-rules.ts";
import { lengthOf } from "./component-rules.ts";
import { OPTION, type Option } from "./option-rules.ts";
import { contextOf, memberPayload, rolePayload } from "./payloads.ts";
import type { Doing } from "./people.ts";
import { PERMISSION, permissionsIn } from "./permissions.ts";
import { userPayload } from "./posts.ts";
import { channelPayload } from "./routes.ts";
import type { ChannelState } from "./state.ts";
import type { World } from "./world.ts";

/** What a person fills in; somebody or something chosen from a picker has an id. */
export type OptionValue = string | number | boolean | { readonly id: string };
export type OptionValues = Readonly<Record<string, OptionValue>>;

/** The commands Discord's client shows a person there, in their order. Nothing else can be used. */
export function offeredTo(world: World, doing: Doing): readonly StoredCommand[] {
  const own = doing.in.guildId === null ? [] : (world.commands.get(doing.in.guildId) ?? []);
  const all = [...(world.commands.get("global") ?? []), ...own];
  return all.filter((one) => isOffered(world, doing, one));
}

function isOffered(world: World, doing: Doing, one: StoredCommand): boolean {
  const context = contextOf(world, doing.in);
  const installs = one.integration_types ?? [0];
  const isInstalled = doing.userInstallOnly ? installs.includes(1) : context !== 0 || installs.includes(0);
  if (!isInstalled || (one.contexts && !one.contexts.includes(context))) return false;
  if (context !== 0) return true;
  const room = doing.in.type === 11 ? world.channels.get(doing.in.parentId ?? "") : doing.in;
  if (one.nsfw && room?.nsfw !== true) return false;
  const needed = one.default_member_permissions;
  const mine = permissionsIn(world, doing.in, doing.by.id);
  if (needed === "0") return (mine & PERMISSION.administrator) !== 0n;
  return needed === null || (mine & BigInt(needed)) === BigInt(needed);
}

/**
 * An interaction's data for `/name` or `/name action`. What was registered is held against it as Discord's client
 * does; on a Discord without commands anything can be sent. @throws Error where the client would not let a person
 */
export function filledIn(
  world: World,
  doing: Doing,
  command: string,
  values: OptionValues,
): Record<string, unknown> {
  const [name = command, action] = command.split(" ");
  const isBare = [...world.commands.values()].every((list) => list.length === 0);
  const offer = offeredTo(world, doing).find((one) => one.type === 1 && one.name === name);
  if (!isBare && offer === undefined) throw new Error(`Discord does not offer /${name} to them there`);
  const options = offer === undefined ? guesses(values) : chosen(optionsOf(offer, action), values);
  return {
    name,
    type: 1,
    ...(action !== undefined
      ? { options: [{ name: action, type: OPTION.subcommand, options }] }
      : options.length > 0
        ? { options }
        : {}),
    ...resolvedOf(world, doing, options),
  };
}

function optionsOf(offer: StoredCommand, action: string | undefined): readonly Option[] {
  const options = offer.options ?? [];
  const actions = options.filter((one) => one.type === OPTION.subcommand);
  if (actions.length === 0 && action === undefined) return options;
  const found = actions.find((one) => one.name === action);
  if (found === undefined) throw new Error(`/${offer.name} has no action ${action}`);
  return found.options ?? [];
}

interface Chosen {
  readonly name: string;
  readonly type: number;
  readonly value: string | number | boolean;
}

const TYPES = { string: OPTION.string, number: OPTION.integer, boolean: OPTION.boolean } as const;

function guesses(values: OptionValues): readonly Chosen[] {
  return Object.entries(values).map(([name, value]) => {
    if (typeof value === "object") throw new Error(`${name}: a picker needs a registered command`);
    const type = TYPES[typeof value as keyof typeof TYPES];
    return { name, type, value };
  });
}

function chosen(options: readonly Option[], values: OptionValues): readonly Chosen[] {
  const missing = options.find((one) => one.required && values[one.name] === undefined);
  if (missing !== undefined) throw new Error(`${missing.name} must be filled in`);
  return Object.entries(values).map(([name, value]) => {
    const found = options.find((one) => one.name === name);
    if (found === undefined || !fits(found, value)) throw new Error(`${name} cannot be ${String(value)}`);
    return { name, type: found.type, value: typeof value === "object" ? value.id : value };
  });
}

function fits(one: Option, value: OptionValue): boolean {
  const { choices = [], min_value: min = -(2 ** 53), max_value: max = 2 ** 53 } = one;
  if (choices.length > 0 && !choices.some((choice) => choice.value === value)) return false;
  switch (one.type) {
    case OPTION.string:
      return typeof value === "string" && value !== "" && lengthOf(value) <= (one.max_length ?? 6000);
    case OPTION.integer:
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
    case OPTION.boolean:
      return typeof value === "boolean";
    case OPTION.channel:
      return typeof value === "object" && isOfType(value, one.channel_types);
    default:
      return typeof value === "object";
  }
}

const isOfType = (value: object, types: readonly number[] | undefined): boolean =>
  types === undefined || ("type" in value && types.some((type) => type === value.type));

/** The chosen people, roles and channels. Source: interactions/receiving-and-responding, resolved data structure. */
function resolvedOf(world: World, doing: Doing, options: readonly Chosen[]): Record<string, unknown> {
  const guild = world.guilds.get(doing.in.guildId ?? "");
  const idsOf = (type: number) => options.filter((one) => one.type === type).map((one) => String(one.value));
  const users = idsOf(OPTION.user).flatMap((id) => world.users.get(id) ?? []);
  const roles = (guild?.roles ?? []).filter((role) => idsOf(OPTION.role).includes(role.id));
  const channels = idsOf(OPTION.channel).flatMap((id) => world.channels.get(id) ?? []);
  const byId = <T extends { readonly id: string }>(list: readonly T[], show: (one: T) => unknown) =>
    Object.fromEntries(list.map((one) => [one.id, show(one)]));
  const members = guild === undefined ? [] : users.filter((user) => guild.members.has(user.id));
  const shown = (channel: ChannelState) => ({
    ...channelPayload(world, channel),
    permissions: String(permissionsIn(world, channel, doing.by.id)),
  });
  const resolved = {
    ...(users.length > 0 ? { users: byId(users, userPayload) } : {}),
    ...(guild && members.length > 0
      ? { members: byId(members, (one) => memberPayload(world, guild, one.id, 0n)) }
      : {}),
    ...(roles.length > 0 ? { roles: byId(roles, (role) => rolePayload(role, 1)) } : {}),
    ...(channels.length > 0 ? { channels: byId(channels, shown) } : {}),
  };
  return Object.keys(resolved).length > 0 ? { resolved } : {};
}
