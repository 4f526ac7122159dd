import * as z from 'zod/mini'

/**
 * How far the start of a host has come, in our words, whoever tells it. `firmware`: its self-test runs, and nobody says which part of it. `handedOver`: the
 * firmware is done, and nobody says what the system does. `undetected`: the system starts, or runs without telling. `stuck`: an error, or a hang.
 */
export const bootStage = z.enum(['notStarted', 'firmware', 'processor', 'bus', 'memory', 'otherProcessors', 'devices', 'hardwareReady', 'setup', 'osStarting', 'handedOver', 'undetected', 'osRunning', 'stuck'])
export type BootStage = z.infer<typeof bootStage>

/**
 * Who tells it: Redfish's BootProgress, a maker's own property, the POST code that the firmware wrote last, an event in the log, or the serial console,
 * on which something came out after a command that starts the host.
 */
export const bootSource = z.enum(['redfish', 'maker', 'post-code', 'log', 'console'])
export type BootSource = z.infer<typeof bootSource>

/** `word` is the source's own: `OSBootStarted`, `0xb4`; of the console, the command after which it spoke. `stage` null: it is none of ours. `at`: since when. */
export const bootProgress = z.object({ source: bootSource, stage: z.nullable(bootStage), word: z.string(), at: z.iso.datetime() })
export type BootProgress = z.infer<typeof bootProgress>

/** What is told at a moment, before anybody knows since when. */
export type BootSight = Pick<BootProgress, 'stage' | 'word'>
