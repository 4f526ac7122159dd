/** The networks of a text: one per line or comma, trimmed, each once. Pure. */
export const toNetworks = (text: string) => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
]

const ipv4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

/** Does this look like a network in CIDR form? The server decides; this spares a round trip for a slip. Pure. */
export function looksLikeNetwork(text: string): boolean {
  const four = ipv4.exec(text)
  if (four !== null) return four.slice(1, 5).every((part) => Number(part) <= 255) && Number(four[5]) <= 32
  return /^[0-9a-f:.]*:[0-9a-f:.]*\/\d{1,3}$/i.test(text) && Number(text.split('/')[1]) <= 128
}
