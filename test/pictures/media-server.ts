import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import sharp from "sharp";

export type MediaAnswerer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A server of pictures that behaves as each test likes. */
export interface MediaServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** `host:port`, as an allow-list names it. */
  readonly host: string;
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

export async function startMediaServer(answer: MediaAnswerer): Promise<MediaServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends bytes whole, with their length. */
export function send(response: ServerResponse, bytes: Buffer, type = "image/png"): void {
  response.writeHead(200, { "content-type": type, "content-length": bytes.length }).end(bytes);
}

/** A picture that hardly compresses, so that its size follows from its pixels. */
export async function noisyPicture(
  width: number,
  height: number,
  {
    format = "png",
    alpha = "none",
  }: { format?: "png" | "jpeg" | "webp" | "gif" | "avif"; alpha?: "none" | "some" } = {},
): Promise<Buffer> {
  const channels = alpha === "some" ? 4 : 3;
  const raw = Buffer.alloc(width * height * channels);
  let state = 12345;
  for (let at = 0; at < raw.length; at += 1) {
    // xorshift32: noise, and the same in every run
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    raw[at] = state & 0xff;
  }
  return sharp(raw, { raw: { width, height, channels } }).toFormat(format).toBuffer();
}
