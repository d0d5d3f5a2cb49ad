/** Whether an id can stand in a URL as it is: the fal client puts it there without escaping. */
export function isRequestId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(id);
}
