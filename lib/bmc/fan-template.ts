/**
 * A command of a fan profile: two hexadecimal bytes for network function and command, then bytes and places for values, each separated by one
 * space. `{zone}` is the byte of a zone, `{percent}` its duty, `{percent255}` the same on a scale to 255, `{percents}` the duties of all
 * zones in their order, `{timeout}` the profile's timeout as 32 bits, lowest byte first. Some firmware counts zones from 1 in one command and from
 * 0 in the next, or duties from 1: `{zone+1}` and `{percent-1}`.
 */
export type FanTemplate = { netFn: number; cmd: number; parts: readonly TemplatePart[] }
type TemplatePart = number | Place
type Place = (typeof places)[number]

const places = ['zone', 'zone+1', 'percent', 'percent-1', 'percent255', 'percents', 'timeout'] as const
/** The longest request that any profile knows has 18 bytes; more than this no fan needs. */
const maxParts = 40

/** What a command is filled with. */
export type TemplateValues = { zone?: number; percent?: number; percents?: readonly number[]; timeoutSeconds?: number }

/**
 * Network functions of which fans are told: those that belong to makers (30h to 3Eh) and the two with a group or an enterprise in front
 * (2Ch, 2Eh; IPMI 2.0 table 5-1). A profile must not be able to switch the host, write a FRU, or add a user.
 */
const makersOwn = [0x2c, 0x2e, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x3c, 0x3e]
/** The group of DCMI under 2Ch: it limits the power. */
const dcmi = 0xdc

/** Reads a command; gives a sentence that says what is wrong with it otherwise. */
export function parseTemplate(text: string): FanTemplate | string {
  const tokens = text.split(' ')
  if (tokens.length < 2) return 'needs a network function and a command, as two hexadecimal bytes'
  if (tokens.length > maxParts) return `is longer than ${maxParts} bytes`
  const parts: TemplatePart[] = []
  for (const token of tokens) {
    const part = toPart(token)
    if (part === undefined) return `has "${token.slice(0, 20)}", which is neither a hexadecimal byte such as 0A nor one of ${places.map((one) => `{${one}}`).join(' ')}`
    parts.push(part)
  }
  const [netFn, cmd, ...data] = parts
  if (typeof netFn !== 'number' || typeof cmd !== 'number') return 'must begin with two bytes, not with a place for a value'
  if (!makersOwn.includes(netFn)) return `has the network function ${toHex(netFn)}h; fans may be told only by ${makersOwn.map(toHex).join(', ')}`
  if (netFn === 0x2c && (data[0] === dcmi || typeof data[0] !== 'number')) return 'must name a group other than DCMI (DCh) after the network function 2C'
  return { netFn, cmd, parts: data }
}

function toPart(token: string): TemplatePart | undefined {
  if (/^[0-9A-Fa-f]{2}$/.test(token)) return Number.parseInt(token, 16)
  return places.find((place) => token === `{${place}}`)
}

export const uses = (template: FanTemplate, ...any: readonly Place[]): boolean => any.some((place) => template.parts.includes(place))

/** Is it about one zone, so that it is sent for each? */
export const namesZone = (template: FanTemplate): boolean => uses(template, 'zone', 'zone+1') || takesDuty(template)

/** Does it have a place for the duty of one zone? */
export const takesDuty = (template: FanTemplate): boolean => uses(template, 'percent', 'percent-1', 'percent255')

/** The data bytes after the command. Throws a RangeError for a value that is missing or no byte: then nothing is sent. */
export function fillTemplate({ parts }: FanTemplate, values: TemplateValues): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : fillPlace(part, values))))
}

function fillPlace(place: Place, { zone, percent, percents, timeoutSeconds }: TemplateValues): Buffer {
  switch (place) {
    case 'zone':
      return toByte(zone, 255, place)
    case 'zone+1':
      return toByte(zone === undefined ? undefined : zone + 1, 255, place)
    case 'percent':
      return toByte(percent, 100, place)
    case 'percent-1':
      return toByte(percent === undefined ? undefined : percent - 1, 99, place)
    case 'percent255':
      return toByte(percent === undefined ? undefined : Math.floor((checked(percent, 100, place) * 255) / 100), 255, place)
    case 'percents':
      if (percents === undefined || percents.length === 0) throw new RangeError('a fan command needs the duties of all zones')
      return Buffer.concat(percents.map((one) => toByte(one, 100, place)))
    case 'timeout': {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(checked(timeoutSeconds, 0x7fff_ffff, place))
      return bytes
    }
  }
}

const toByte = (value: number | undefined, most: number, place: Place) => Buffer.of(Math.round(checked(value, most, place)))

function checked(value: number | undefined, most: number, place: Place): number {
  if (value === undefined || !(value >= 0 && value <= most)) throw new RangeError(`{${place}} of a fan command cannot be ${value}`)
  return value
}

const toHex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0')

/** Bytes as people and `ipmitool raw` write them. */
export const toHexText = (bytes: Iterable<number>): string => [...bytes].map(toHex).join(' ')
