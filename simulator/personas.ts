import type { MediaFault } from './media/drives.ts'
import type { StreamFault } from './redfish/event-stream.ts'
import type { Obedience } from './machine.ts'
import type { Trickle } from './redfish/trickle.ts'
import { calm, type Circumstances } from './physics.ts'

/** What a persona does to the conversation; everything a machine itself suffers is in its circumstances. */
export interface LinkFaults {
  /** The address answers nothing at all. */
  silent: boolean
  /** Added to every answer, drawn between the two. */
  delayMs: readonly [least: number, most: number]
  /** The share of packets lost each way; over HTTPS it only costs time, since TCP repeats them. */
  loss: number
  /** Says nothing more once somebody has logged in. */
  hangsAfterLogin: boolean
  /** Over Redfish its answers come one byte a second. */
  trickles?: Trickle | undefined
  /** Says nothing more in any session after so many answers: within a walk through its records. */
  hangsAfter?: number
  /** Restarts each time it has given so many answers: it is away for a moment, and knows no session afterwards. */
  restartsAfter?: number
  /** Every answer comes twice. */
  duplicates?: boolean
  /** Every other answer is overtaken by those after it. */
  reorders?: boolean
  /** Answers are garbage: broken, cut short, oversized. */
  garbage: boolean
  /** A control command is carried out, and its reply lost. */
  losesControlReply: boolean
  /** Every new connection meets another certificate. */
  changesCertificate: boolean
  /** What is the matter with its event stream, where it has one. */
  eventStream?: StreamFault
  /** What it gives with `$expand` lacks members and properties, where its make offers that at all. */
  expandsBadly: boolean
  /** The cipher suites offered over RMCP+; the usual ones when absent. */
  cipherSuites?: readonly number[]
  /** The BMC's key K_G, 20 bytes in hex. */
  kg?: string
  /** Where its session setup differs from the specification. */
  quirks?: readonly SessionQuirk[]
  /** The UDP port that it names for its serial console; its own when absent. */
  solPort?: number
}

/** FreeIPMI's names of what is needed against it, with the machines that it is known from in ipmipower(8) and ipmiconsole(8). */
export type SessionQuirk = 'opensesspriv' | 'supermicro20' | 'intel20' | 'integritycheckvalue' | 'nochecksumcheck' | 'solpayloadsize'

export interface Persona {
  /** For people: what is the matter with this machine. */
  story: string
  link: LinkFaults
  circumstances: Circumstances
  startsOff: boolean
  obeys: Obedience
  /** The password that the BMC accepts is not the one the operator has. */
  hasOtherPassword: boolean
  logIsFull: boolean
  /** Somebody else has the serial console open. */
  consoleIsTaken: boolean
  /** Serial over LAN is switched off: the console is there by another way, or not at all. */
  solIsOff: boolean
  /** What is wrong with its virtual media. */
  media: MediaFault
  /** Its BMC takes the fans back by itself so long after they were taken, and tells nobody. */
  fansLetGoMs?: number
}

export const soundLink: LinkFaults = {
  silent: false,
  delayMs: [0, 0],
  loss: 0,
  hangsAfterLogin: false,
  garbage: false,
  losesControlReply: false,
  changesCertificate: false,
  expandsBadly: false,
}

const healthy: Persona = {
  story: 'nothing is wrong with it',
  link: soundLink,
  circumstances: calm,
  startsOff: false,
  obeys: 'all',
  hasOtherPassword: false,
  logIsFull: false,
  consoleIsTaken: false,
  solIsOff: false,
  media: 'sound',
}

const withLink = (story: string, faults: Partial<LinkFaults>): Persona => ({ ...healthy, story, link: { ...soundLink, ...faults } })
const withMachine = (story: string, ailment: Partial<Circumstances>): Persona => ({
  ...healthy,
  story,
  circumstances: { ...calm, ...ailment },
})

/** The ways a node of the simulated rack can be. */
export const personas = {
  healthy,
  hot: withMachine('inlet and processors run beyond caution', { inletOffset: 14.5, cpuOffset: 4, loadFloor: 0.88 }),
  'psu-lost': withMachine('power supply 2 has lost its mains', { inputLost: [false, true] }),
  off: { ...healthy, story: 'it is switched off', startsOff: true },
  unreachable: withLink('its address answers nothing', { silent: true }),
  'wrong-password': { ...healthy, story: 'its password is another than the one we have', hasOtherPassword: true },
  slow: withLink('each answer takes 2 to 4 seconds', { delayMs: [2000, 4000] }),
  drops: withLink('every fifth packet is lost, each way', { loss: 0.2 }),
  'hangs-after-login': withLink('it lets us in and then says nothing', { hangsAfterLogin: true }),
  'hangs-in-sdr': withLink('it lets us in, shows some of its sensors, and then says nothing', { hangsAfter: 12 }),
  'restarts-often': withLink('its BMC restarts after each hundred answers', { restartsAfter: 100 }),
  duplicates: withLink('every packet of it comes twice', { duplicates: true }),
  reorders: withLink('every other packet of it is overtaken by the next', { reorders: true }),
  lies: { ...healthy, story: 'it accepts power commands and does nothing', obeys: 'nothing' },
  garbage: withLink('it answers with garbage, cut short or far too long', { garbage: true }),
  'reply-lost': withLink('it carries out power commands and loses the reply', { losesControlReply: true }),
  'clock-off': withMachine('its clock is eight hours ahead: local time taken for UTC', { clockError: 8 * 3_600_000 }),
  'clock-unset': withMachine('its clock was never set and counts from 1970', { clockError: 'unset' }),
  'sel-full': { ...healthy, story: 'its event log is full', logIsFull: true },
  'sol-busy': { ...healthy, story: 'somebody else has its serial console open', consoleIsTaken: true },
  'no-sol': { ...healthy, story: 'its serial over LAN is switched off', solIsOff: true },
  'cert-changing': withLink('it shows another certificate on each connection', { changesCertificate: true }),
  'expands-badly': withLink('over Redfish it leaves out much of what it is asked for at once', { expandsBadly: true }),
  'only-cipher-0': withLink('it offers no cipher suite but 0', { cipherSuites: [0] }),
  'only-cipher-3': withLink('it offers no cipher suite better than 3', { cipherSuites: [0, 1, 2, 3] }),
  'md5-suites': withLink('it offers only the cipher suites with MD5', { cipherSuites: [6, 7, 8, 11, 12] }),
  'has-kg': withLink('it has a key K_G', { kg: Buffer.from('0123456789abcdefghij').toString('hex') }),
  opensesspriv: withLink('it hashes the privilege of Open Session, as Supermicro X8DTH and Dell C5220', { quirks: ['opensesspriv'] }),
  supermicro20: withLink('its codes are a byte too long, as Supermicro H8QME', { quirks: ['supermicro20'] }),
  hung: { ...healthy, story: 'its operating system hangs: asked to shut down or restart it does nothing', obeys: 'force' },
  'fans-let-go': { ...healthy, story: 'its BMC leaves the manual fan mode by itself after 45 seconds', fansLetGoMs: 45_000 },
  trickles: withLink('over Redfish it sends one byte a second', { trickles: 'headers' }),
  'sel-local': withMachine('its System Event Log is kept in local time, eight hours ahead of UTC, and says so', { selZoneMinutes: 480 }),
  'never-reads': { ...healthy, story: 'it says that it mounts images, and never reads one', media: 'never-reads' },
  'refuses-insert': { ...healthy, story: 'it refuses every image', media: 'refuses' },
  'task-fails': { ...healthy, story: 'the task of every mount fails', media: 'task-fails' },
} satisfies Record<string, Persona>

export type PersonaName = keyof typeof personas
export const personaNames = Object.keys(personas) as PersonaName[]

export const isPersonaName = (text: string): text is PersonaName => Object.hasOwn(personas, text)
