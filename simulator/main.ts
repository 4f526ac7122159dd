import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Face } from './machine.ts'
import { startControl } from './control.ts'
import { isPersonaName, personaNames } from './personas.ts'
import { startRack, type Rack, type RackDescription, type RackOptions } from './rack.ts'
import { demoRack, uniformRack, type NodePlan } from './rack-plan.ts'
import { startReplays } from './replays.ts'

const usage = `usage: simulator/main.ts [options]
  --nodes N          how many (16)
  --plan ports|623   127.0.0.1 with free ports (default), or 127.0.x.y:623 from 127.0.1.1 up
  --net N            plan 623 starts at 127.0.N.1 (1)
  --personas A,B     these in turn instead of the demo's mix; ${personaNames.join(', ')}
  --protocol P       with --personas or plan 623: ipmi (default), redfish or both
  --latency MS       added to every answer (0)
  --loss SHARE       of packets, each way, 0 to 1 (0)
  --bmc-away MS      how long a BMC that restarts is away (15000)
  --dead SHARE       of nodes that answer nothing, 0 to 1 (0)
  --sensors N        per node, 1 to 254
  --ports FILE       try the ports of an earlier run again, with the logs it began with (its JSON line)
  --replay FILE      serves a recording (.json or .json.gz, as Baseboard writes it) instead; may be given more than once
  --pace             with --replay: answers as slowly as the recorded machine did
  --portmapper PORT  where BMCs look for portmappers (111)
  --control PORT     tells what is in the virtual drives, at http://127.0.0.1:PORT/media (0: any free port, which the line of JSON names)
  --username NAME    (admin)
  --password TEXT    (secret)`

/** Starts the rack that the arguments describe, prints it as one JSON line, and stays until it is told to stop. */
async function main(): Promise<void> {
  const rack = await startWhatIsAsked()
  const control = 'nodes' in rack ? await startAskedControl(rack) : undefined
  // Before the line is out: whoever reads it may stop us at once.
  const stop = () => {
    void rack.close().finally(() => process.exit(0))
    setTimeout(() => process.exit(0), stopWithinMs).unref()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // start.ts holds the other end of stdin: when it is gone, however it went, so are we.
  if (process.env['BASEBOARD_SUPERVISED'] === '1') process.stdin.resume().once('end', stop)
  process.stdout.write(`${JSON.stringify({ ...rack.describe(), ...(control && { control }) })}\n`)
}

const stopWithinMs = 900

/** Where it can be asked; undefined where nobody wants that. */
async function startAskedControl(rack: Rack): Promise<string | undefined> {
  const port = toNumber('control', readArguments().control, 0, 65_535)
  return port === undefined ? undefined : `http://127.0.0.1:${await startControl(rack, port)}`
}

async function startWhatIsAsked(): Promise<Rack | Pick<Rack, 'describe' | 'close'>> {
  const values = readArguments()
  if (values.replay === undefined) return startRack(await toRackOptions(values))
  const { username = 'admin', password = 'secret', pace: atItsPace } = values
  return startReplays(values.replay, { username, password, atItsPace })
}

type Arguments = ReturnType<typeof readArguments>

function readArguments() {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string' },
      plan: { type: 'string', default: 'ports' },
      net: { type: 'string' },
      personas: { type: 'string' },
      protocol: { type: 'string', default: 'ipmi' },
      latency: { type: 'string' },
      loss: { type: 'string' },
      'bmc-away': { type: 'string' },
      dead: { type: 'string' },
      sensors: { type: 'string' },
      ports: { type: 'string' },
      portmapper: { type: 'string' },
      control: { type: 'string' },
      username: { type: 'string' },
      password: { type: 'string' },
      replay: { type: 'string', multiple: true },
      pace: { type: 'boolean' },
    },
  })
  return values
}

async function toRackOptions(values: Arguments): Promise<RackOptions> {
  const { plan } = values
  const bmcAwayMs = toNumber('bmc-away', values['bmc-away'], 0, 600_000)
  if (plan !== 'ports' && plan !== '623') throw new Error(`--plan ${plan} is neither ports nor 623`)
  return {
    nodes: readNodes(toNumber('nodes', values.nodes, 1, 63_750) ?? 16, plan, values.personas, toFaces(values.protocol)),
    plan,
    firstThird: toNumber('net', values.net, 0, 255),
    latencyMs: toNumber('latency', values.latency, 0, 600_000),
    loss: toNumber('loss', values.loss, 0, 1),
    ...(bmcAwayMs !== undefined && { timing: { bmcAwayMs } }),
    deadShare: toNumber('dead', values.dead, 0, 1),
    sensorCount: toNumber('sensors', values.sensors, 1, 254),
    portmapperPort: toNumber('portmapper', values.portmapper, 1, 65_535),
    previous: values.ports === undefined ? undefined : await readPrevious(values.ports),
    username: values.username,
    password: values.password,
  }
}

function readNodes(count: number, plan: 'ports' | '623', personas: string | undefined, faces: readonly Face[]): NodePlan[] {
  if (personas === undefined) return plan === 'ports' ? demoRack(count) : uniformRack(count, ['healthy'], faces)
  const names = personas.split(',').map((name) => {
    if (!isPersonaName(name)) throw new Error(`--personas ${name}: there is no such persona`)
    return name
  })
  return uniformRack(count, names, faces)
}

function toFaces(text: string): readonly Face[] {
  if (text === 'ipmi' || text === 'redfish') return [text]
  if (text === 'both') return ['redfish', 'ipmi']
  throw new Error(`--protocol ${text} is neither ipmi, redfish nor both`)
}

function toNumber(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value >= least && value <= most)) throw new Error(`--${name} ${text} is not a number from ${least} to ${most}`)
  return value
}

/** The description an earlier run printed; a file that is missing or broken only means new ports. */
async function readPrevious(file: string): Promise<RackDescription | undefined> {
  try {
    const description: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isDescription(description) ? description : undefined
  } catch {
    return undefined
  }
}

function isDescription(value: unknown): value is RackDescription {
  return typeof value === 'object' && value !== null && 'nodes' in value && Array.isArray(value.nodes)
}

main().catch((error: unknown) => {
  console.error(`simulator: ${error instanceof Error ? error.message : String(error)}\n${usage}`)
  process.exit(1)
})
