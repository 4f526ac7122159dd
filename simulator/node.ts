import { fanMachines } from './fan-machines.ts'
import { writeHistory } from './history.ts'
import { familyOf, usualFamilies } from './ipmi/fan-families.ts'
import { startIpmi, type IpmiFace } from './ipmi/server.ts'
import { createLink, type Link, type LinkParameters } from './link.ts'
import { createMachine, usualTiming, type CommandRecord, type Face, type Machine, type Timing } from './machine.ts'
import { createDrives, type Drives } from './media/drives.ts'
import { consoleAtPowerChange, identify } from './makes.ts'
import { seedOf } from './noise.ts'
import { personas, type LinkFaults, type Persona, type PersonaName } from './personas.ts'
import type { NodePlan } from './rack-plan.ts'
import { mediaDialectOf } from './redfish/media-dialects.ts'
import { startRedfish, type RedfishFace } from './redfish/server.ts'
import type { Credentials } from './redfish/sessions.ts'
import { createSerialPort, type SerialPort } from './serial/port.ts'
import { startSsh, type SshFace } from './ssh/server.ts'

export type Ports = Partial<Record<Face | 'ssh', number>>

/** What an operator is told of a node. With `wrong-password` the password is not the one the BMC accepts. */
export interface NodeDescription {
  name: string
  persona: PersonaName
  protocol: Face
  address: string
  ports: Ports
  username: string
  password: string
}

/** One simulated server with its BMC, as tests hold it. */
export interface SimulatedNode {
  readonly name: string
  readonly machine: Machine
  readonly serial: SerialPort
  /** Its virtual drives, and all that was ever in them. */
  readonly drives: Drives
  /** Every power command that arrived, by either protocol, in order. */
  readonly commands: readonly CommandRecord[]
  readonly link: Link
  readonly redfish: RedfishFace | undefined
  readonly ipmi: IpmiFace | undefined
  readonly ssh: SshFace | undefined
  describe: () => NodeDescription
  /** Makes it another persona at once: its link, its ailments and its obedience; power and log stay as they are. */
  setPersona: (name: PersonaName) => void
  /** Changes single faults on top of its persona. */
  setFaults: (faults: Partial<LinkFaults>) => void
  /** Forgets all sessions, as a BMC does that restarts. */
  restartBmc: () => void
  close: () => Promise<void>
}

export interface NodeOptions extends LinkParameters {
  address: string
  /** Ports to try first; any free one where absent or taken. */
  ports: Ports
  /** True: a taken port is an error instead. */
  portsAreFixed: boolean
  username: string
  password: string
  now: () => number
  /** When its rack first stood: what its log held then is written. */
  sinceMs: number
  sensorCount?: number
  timing?: Partial<Timing>
  /** Where it looks for portmappers; 111 when absent. */
  portmapperPort?: number | undefined
}

/** Builds a machine and puts its faces on the network. Rejects when it cannot listen. */
export async function startNode(plan: NodePlan, options: NodeOptions): Promise<SimulatedNode> {
  const seed = seedOf(plan.name)
  let personaName = plan.persona
  let persona: Persona = personas[personaName]
  const link = createLink(persona.link, options, seed)
  const machine = createMachine({
    identity: identify(plan.make, plan.name, seed, plan.fans && fanMachines[plan.fans]),
    seed,
    now: options.now,
    initialPower: persona.startsOff ? 'off' : 'on',
    sensorCount: options.sensorCount,
    timing: options.timing,
    circumstances: persona.circumstances,
  })
  machine.setObedience(persona.obeys)
  writeHistory(machine, persona, seed, options.sinceMs)

  const credentials = (): Credentials => ({
    username: options.username,
    password: persona.hasOtherPassword ? `${options.password}-changed`.slice(-20) : options.password,
  })
  const media = mediaDialectOf(plan.make, plan.media)
  const drives = createDrives(machine, { localAddress: options.address, portmapperPort: options.portmapperPort ?? 111, pattern: media.reads })
  drives.setFault(persona.media)
  const serial = createSerialPort(machine, drives.medium)
  const fans = familyOf(plan.fans ?? usualFamilies[plan.make])
  machine.fans.letGoAfter(persona.fansLetGoMs)
  if (plan.make === 'supermicro') machine.fans.word = 'Optimal'
  const face = { machine, serial, link, credentials, address: options.address }
  const open = <T>(start: (port: number) => Promise<T>, name: Face): Promise<T | undefined> =>
    plan.faces.includes(name) ? atPort(start, options.ports[name] ?? 0, options.portsAreFixed) : Promise.resolve(undefined)
  const ssh = plan.hasSsh === true ? await atPort((port) => startSsh({ ...face, port }), options.ports.ssh ?? 0, options.portsAreFixed) : undefined
  const redfish = await open((port) => startRedfish({ ...face, drives, media, mountMs: options.timing?.mountMs ?? usualTiming.mountMs, port, sshPort: ssh?.port, hasFanControls: plan.hasFanControls }), 'redfish')
  const ipmi = await open((port) => startIpmi({ ...face, fans, atPowerChange: consoleAtPowerChange(plan.make), port }), 'ipmi')
  ipmi?.sol.occupy(persona.consoleIsTaken)
  ipmi?.sol.setEnabled(!persona.solIsOff)

  function forgetSessions(): void {
    redfish?.sessions.forget()
    redfish?.consoles?.cut()
    redfish?.events.cut()
    ipmi?.forgetSessions()
  }

  machine.whenBmcGoes(() => fans.afterRestart(machine.fans))
  // The answer to the command is on its way yet.
  machine.whenBmcGoes((awayMs) => setTimeout(() => goAway(awayMs), 50).unref())

  function goAway(awayMs: number): void {
    forgetSessions()
    drives.ejectAll()
    const comeBacks = [redfish, ssh].map((one) => one?.shut())
    ipmi?.setAway(true)
    setTimeout(() => {
      ipmi?.setAway(false)
      for (const comeBack of comeBacks) void comeBack?.()
    }, awayMs).unref()
  }

  return {
    name: plan.name,
    machine,
    serial,
    drives,
    commands: machine.commands,
    link,
    redfish,
    ipmi,
    ssh,
    describe: () => ({
      name: plan.name,
      persona: personaName,
      protocol: plan.protocol,
      address: options.address,
      ports: { ...(redfish && { redfish: redfish.port }), ...(ipmi && { ipmi: ipmi.port }), ...(ssh && { ssh: ssh.port }) },
      username: options.username,
      password: options.password,
    }),
    setPersona(name) {
      personaName = name
      persona = personas[name]
      link.setFaults(persona.link)
      machine.setCircumstances(persona.circumstances)
      machine.setObedience(persona.obeys)
      machine.fans.letGoAfter(persona.fansLetGoMs)
      ipmi?.sol.occupy(persona.consoleIsTaken)
      ipmi?.sol.setEnabled(!persona.solIsOff)
      drives.setFault(persona.media)
    },
    setFaults: (faults) => link.setFaults({ ...link.faults(), ...faults }),
    restartBmc: forgetSessions,
    async close() {
      drives.close()
      await Promise.all([redfish?.close(), ipmi?.close(), ssh?.close()])
    },
  }
}

/** Starts at the wanted port, or at any free one when that is taken and need not be the one. */
async function atPort<T>(start: (port: number) => Promise<T>, port: number, isFixed: boolean): Promise<T> {
  try {
    return await start(port)
  } catch (error) {
    if (isFixed || port === 0) throw error
    return start(0)
  }
}
