/** A table of opencc-js, which has types only for its converters: "traditional simplified|traditional simplified…". */
declare module "opencc-js/dict/TSCharacters" {
  const pairs: string;

  // biome-ignore lint/style/noDefaultExport: the package has no other.
  export { pairs as default };
}
