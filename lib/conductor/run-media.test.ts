import { describe, expect, it } from 'vitest'
import { BmcError } from '#lib/bmc/errors.ts'
import type { StepStage } from '#lib/domain/install.ts'
import { toMemo, type MediaMemo } from './media-memo.ts'
import { drive, http, nfs, playMedia, token, toMediaStep, type Script } from './testing/play-media.ts'
import { startMs } from './testing/play-step.ts'

const minute = 60_000
const gib = 2 ** 30
const silent = new BmcError('unreachable', '10.0.4.7:443', '10.0.4.7:443: no answer within 5 s')

/** A node that reads for eight minutes from its restart on. */
const reading = (minutes: number) => ({ bytes: Math.min(minutes, 8) * 0.2 * gib, requests: 500, percent: 80, firstReadAtMs: startMs, lastReadAtMs: startMs + Math.min(minutes, 8) * minute })

describe('mounting', () => {
  it('commits, mounts once, and says what was read back', async () => {
    const { log, outcome, audits } = await playMedia(toMediaStep('MountImage'))
    expect(log).toEqual(['link http', 'keep linking', 'commit InsertMedia mounting', 'insert http http://10.0.0.1/i/TOKEN/debian.iso', 'sent', 'finish verified'])
    expect(outcome).toMatchObject({ evidence: 'mounted in Virtual CD by HTTP', error: null })
    expect(audits).toEqual([{ image: 'debian.iso', slot: 'Virtual CD', protocol: 'http' }])
  })

  it('ejects first what is in the drive, as a command of its own', async () => {
    const { log } = await playMedia(toMediaStep('MountImage'), { drives: (sent) => [drive(sent.at(-1) !== 'EjectMedia', { image: 'old.iso' })] })
    expect(log.filter((line) => !line.startsWith('keep'))).toEqual(['commit EjectMedia ejecting', 'eject CD1', 'sent', 'revoke all', 'link http', 'commit InsertMedia mounting', 'insert http http://10.0.0.1/i/TOKEN/debian.iso', 'sent', 'finish verified'])
  })

  it('leaves alone what the host is reading', async () => {
    const { sent, outcome } = await playMedia(toMediaStep('MountImage'), { drives: () => [drive(true)], lastReadMs: startMs - 5_000 })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'being-read', message: expect.stringMatching(/the node read its image 5 s ago; nothing was sent/) } })
  })

  it('goes by another protocol where the BMC says that it does not fetch by this one', async () => {
    const { log, outcome } = await playMedia(toMediaStep('MountImage'), {
      doors: [http, nfs],
      insert: ({ protocol }) => (protocol === 'http' ? { kind: 'rejected', why: 'protocol', takes: ['nfs'], text: 'TransferProtocolType is not supported' } : { kind: 'accepted', slot: 'CD1', text: '' }),
    })
    expect(log.filter((line) => line.startsWith('insert') || line.startsWith('revoke'))).toEqual(['insert http http://10.0.0.1/i/TOKEN/debian.iso', 'revoke l1', 'insert nfs nfs://10.0.0.1/i/TOKEN/debian.iso'])
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'mounted in Virtual CD by NFS' })
  })

  it('names no drive where the BMC lists them only once its remote media is switched on', async () => {
    const { outcome } = await playMedia(toMediaStep('MountImage'), { isToBeEnabled: true, drives: (sent) => (sent.length === 0 ? [] : [drive(true)]), insert: ({ slot }) => ({ kind: 'accepted', slot: slot ?? 'CD1', text: '' }) })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'mounted in the virtual drive by HTTP' })
  })

  it('signs in to a share, and says nowhere with what', async () => {
    const share = { url: 'cifs://10.0.0.5/i/x.iso', protocol: 'cifs' } as const
    const script: Script = { share, signIn: { user: 'installer', password: 'p@ss' }, drives: (sent) => [drive(sent.length > 0, { protocols: ['cifs'] })] }
    let told: unknown
    const { log, audits, outcome, kept } = await playMedia(toMediaStep('MountImage', { options: { share: share.url, shareUser: 'installer' } }), { ...script, insert: (order) => ((told = order), { kind: 'accepted', slot: 'CD1', text: '' }) })
    expect(told).toEqual({ ...share, slot: 'CD1', user: 'installer', password: 'p@ss' })
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'mounted in Virtual CD by CIFS' })
    expect(JSON.stringify([log, audits, outcome, kept()])).not.toContain('p@ss')
  })

  it('mounts nothing from a share whose password is gone', async () => {
    const share = { url: 'cifs://10.0.0.5/i/x.iso', protocol: 'cifs' } as const
    const gone = new BmcError('no-credential', '10.0.4.7:443', 'the password of the share was for another operation: ask for it anew, with the password')
    const { sent, outcome } = await playMedia(toMediaStep('MountImage', { options: { share: share.url, shareUser: 'installer' } }), { share, signIn: gone, drives: () => [drive(false, { protocols: ['cifs'] })] })
    expect([sent, outcome]).toMatchObject([[], { state: 'failed', error: { code: 'no-credential', message: expect.stringMatching(/nothing was mounted: .*with the password/) } }])
  })

  it('a lost reply is answered by reading', async () => {
    const { sent, outcome } = await playMedia(toMediaStep('MountImage'), { insert: () => ({ kind: 'reply-lost', text: 'no reply' }) })
    expect(sent).toEqual(['InsertMedia'])
    expect(outcome).toMatchObject({ state: 'verified' })
  })

  it.each<[string, Script, object]>([
    ['the BMC cannot be read', { drives: () => silent }, { code: 'unreachable', message: expect.stringContaining('nothing was sent') }],
    ['it has no drive', { drives: () => [] }, { code: 'not-supported' }],
    ['no address is set for BMCs', { doors: [] }, { code: 'no-way', message: expect.stringContaining('an administrator sets it; nothing was sent') }],
    ['nothing is served by what it fetches', { drives: () => [drive(false, { protocols: ['nfs'] })] }, { code: 'no-way', message: 'Virtual CD of this BMC fetches by NFS, and images are served by HTTP only; nothing was sent' }],
    ['it does not fetch by the protocol of a share', { share: { url: 'cifs://10.0.0.5/i/x.iso', protocol: 'cifs' } }, { code: 'no-way', message: expect.stringContaining('and not by CIFS') }],
  ])('sends nothing because %s', async (_, script, error) => {
    const { sent, outcome } = await playMedia(toMediaStep('MountImage'), script)
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', error })
  })

  it.each<['fetch' | 'occupied' | 'licence' | 'other', RegExp]>([
    ['fetch', /could not read the image by HTTP from 10\.0\.0\.1:8080: look whether its network reaches/],
    ['occupied', /held by somebody else, a remote console/],
    ['licence', /wants a licence for virtual media/],
    ['other', /refused to mount the image by HTTP\. It says: no/],
  ])('says what helps when the BMC refuses: %s', async (why, words) => {
    const { log, outcome } = await playMedia(toMediaStep('MountImage'), { insert: ({ url }) => ({ kind: 'rejected', why, text: `no: ${url}` }) })
    expect(outcome).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(words) } })
    expect(log).toContain('revoke l1')
    expect(JSON.stringify(outcome)).not.toContain(token)
  })
})

describe('ejecting', () => {
  it('empties the drive and ends what its BMC may read', async () => {
    const { log, outcome } = await playMedia(toMediaStep('EjectMedia'), { drives: () => [drive(true), drive(false, { id: 'CD2' })] })
    expect(log).toEqual(['commit EjectMedia removing', 'eject CD1', 'sent', 'revoke all', 'finish verified'])
    expect(outcome).toMatchObject({ evidence: 'Virtual CD holds debian.iso: ejected' })
  })

  it('sends nothing where nothing is mounted', async () => {
    const { sent, outcome } = await playMedia(toMediaStep('EjectMedia'))
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'nothing was mounted, nothing sent' })
  })

  it.each([
    ['not while the host reads it', {}, 'failed', []],
    ['also then, when that is meant', { force: true }, 'verified', ['EjectMedia']],
  ])('%s', async (_, options, state, commands) => {
    const { sent, outcome } = await playMedia(toMediaStep('EjectMedia', { options }), { drives: () => [drive(true)], lastReadMs: startMs - 20_000 })
    expect([sent, outcome?.state]).toEqual([commands, state])
  })
})

describe('installing', () => {
  it('mounts, starts, watches, ejects, and tells the story', async () => {
    const { log, outcome, tookMs } = await playMedia(toMediaStep('InstallImage'), { reads: reading })
    expect(log).toEqual([
      'link http', 'keep linking', 'commit InsertMedia mounting', 'insert http http://10.0.0.1/i/TOKEN/debian.iso', 'sent',
      'start', 'keep reading', 'keep reading',
      'commit EjectMedia removing to complete', 'eject CD1', 'sent', 'revoke l1', 'finish verified',
    ])
    expect(outcome!.evidence).toBe('mounted in Virtual CD by HTTP; SetBoot: read back: Cd, once; ForceRestart: seen off, then on; it read 1.6 GiB, 80 % of the image, in 500 requests within 8 min; then nothing for 10 min; ejected')
    expect(tookMs).toBeLessThan(20 * minute)
  })

  it('sends nothing where the node could not be started from it', async () => {
    const { sent, outcome } = await playMedia(toMediaStep('InstallImage'), { whyNoStart: 'this BMC boots from Pxe, and from no cd' })
    expect(sent).toEqual([])
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'not-supported' } })
  })

  it('ejects again what it mounted, when the start fails', async () => {
    const { log, outcome } = await playMedia(toMediaStep('InstallImage'), { start: { state: 'failed', code: 'rejected', text: 'the node was not started from the image: the BMC refused SetBoot' } })
    expect(log.slice(-5)).toEqual(['commit EjectMedia removing to complete', 'eject CD1', 'sent', 'revoke l1', 'finish failed'])
    expect(outcome!.error!.message).toMatch(/refused SetBoot; ejected$/)
  })

  it('says so when it is mounted but never read', async () => {
    const { log, outcome } = await playMedia(toMediaStep('InstallImage'))
    expect(outcome).toMatchObject({ state: 'not-applied', error: { code: 'never-read', message: expect.stringMatching(/mounted but never read.*; ejected$/) } })
    expect(log).toContain('eject CD1')
  })

  it('ends sooner when the node has restarted by itself after its reads', async () => {
    const { outcome, tookMs } = await playMedia(toMediaStep('InstallImage'), { reads: reading, power: (at) => ({ state: 'on', lastResetAt: at < 7 ? 'a' : 'b' }) })
    expect(outcome!.evidence).toMatch(/then the node restarted \(its last reset time changed to b\) and read nothing for 3 min; ejected/)
    expect(tookMs).toBeLessThan(13 * minute)
  })

  it('does not take its own restart for one of the node, when the polls have not seen it yet', async () => {
    const { outcome } = await playMedia(toMediaStep('InstallImage'), { reads: reading, power: (at) => (at < 2 ? { state: 'on', lastResetAt: 'a', takenAtMs: startMs } : { state: 'on', lastResetAt: 'b' }) })
    expect(outcome!.evidence).toMatch(/; then nothing for 10 min; ejected/)
  })

  it('does not hold a BMC for done that would not eject', async () => {
    const { outcome } = await playMedia(toMediaStep('InstallImage'), { reads: reading, eject: () => ({ kind: 'rejected', why: 'other', text: 'busy' }) })
    expect(outcome).toMatchObject({ state: 'not-applied', error: { code: 'not-ejected', message: expect.stringMatching(/but it was not ejected: busy/) } })
  })

  it('heeds the times that a person gave', async () => {
    const unread = await playMedia(toMediaStep('InstallImage', { options: { image: 'debian.iso', imageId: 'i1', patienceMinutes: 30 } }))
    expect(unread.tookMs).toBeGreaterThan(30 * minute)
    const { tookMs } = await playMedia(toMediaStep('InstallImage', { options: { image: 'debian.iso', imageId: 'i1', quietMinutes: 1 } }), { reads: reading })
    expect(tookMs).toBeLessThan(10 * minute)
  })
})

describe('aborting an install', () => {
  it('before the mount sends nothing', async () => {
    const { sent, outcome } = await playMedia(toMediaStep('InstallImage'), { begin: () => 'stopped' })
    expect([sent, outcome]).toEqual([[], undefined])
  })

  it('between mount and restart ejects', async () => {
    const { log, outcome } = await playMedia(toMediaStep('InstallImage'), { start: { state: 'stopped', code: 'stopped', text: 'the operation was stopped; the node was not restarted' } })
    expect(outcome).toMatchObject({ state: 'aborted' })
    expect(log).toContain('eject CD1')
  })

  it('while the host reads leaves the image in and says so', async () => {
    const { log, outcome } = await playMedia(toMediaStep('InstallImage'), { reads: reading, isStopped: (at) => at > 4 })
    expect(outcome).toMatchObject({ state: 'aborted', error: { code: 'left-mounted', message: expect.stringMatching(/the image was left in/) } })
    expect(log.join()).not.toMatch(/eject|revoke/)
  })

  it('after the reads ejects', async () => {
    const { log, outcome } = await playMedia(toMediaStep('InstallImage'), { reads: reading, isStopped: (at) => at > 10 })
    expect(outcome).toMatchObject({ state: 'aborted', error: { code: 'stopped' } })
    expect(log).toContain('eject CD1')
  })
})

describe('a step that a dead conductor left behind', () => {
  const memo = (changes: Partial<MediaMemo> = {}): MediaMemo => ({ ...toMemo('debian.iso'), slot: 'CD1', protocol: 'http', linkId: 'l1', ...changes })
  const left = (stage: StepStage, commands: string[], changes: Partial<MediaMemo> = {}) =>
    toMediaStep('InstallImage', { state: 'sending', stage, commands: commands as never, memo: memo(changes), sentAt: new Date(startMs - 5_000) })

  it('while it ejected goes on to mount once the drive reads empty', async () => {
    const { sent, log } = await playMedia(left('ejecting', ['EjectMedia']), { reads: reading })
    expect(sent).toEqual(['EjectMedia', 'InsertMedia', 'EjectMedia'])
    expect(log).toContain('start')
  })

  it('while it ejected mounts nothing while the drive is full', async () => {
    const { sent, outcome } = await playMedia(left('ejecting', ['EjectMedia']), { drives: () => [drive(true)] })
    expect(sent).toEqual(['EjectMedia'])
    expect(outcome).toMatchObject({ state: 'not-applied', error: { code: 'not-ejected' } })
  })

  it('while it mounted goes on when the image is in', async () => {
    const { sent, outcome } = await playMedia(left('mounting', ['InsertMedia']), { reads: reading })
    expect(sent).toEqual(['InsertMedia', 'EjectMedia'])
    expect(outcome).toMatchObject({ state: 'verified' })
  })

  it('while it mounted never mounts again', async () => {
    const { sent, outcome } = await playMedia(left('mounting', ['InsertMedia']), { drives: () => [drive(false)] })
    expect(sent.filter((one) => one === 'InsertMedia')).toHaveLength(1)
    expect(outcome).toMatchObject({ state: 'unknown', error: { code: 'no-evidence' } })
  })

  it('between a link and its mount makes another link and ends the first', async () => {
    const { log } = await playMedia({ ...left('linking', []), state: 'queued' }, { reads: reading })
    expect(log.slice(0, 3)).toEqual(['revoke l1', 'link http', 'keep linking'])
  })

  it('while it read goes on watching, with the time that has passed', async () => {
    const { sent, outcome, tookMs } = await playMedia(left('reading', ['InsertMedia', 'SetBoot', 'ForceRestart'], { restartedAtMs: startMs - 14 * minute }))
    expect(sent.at(-1)).toBe('EjectMedia')
    expect(outcome).toMatchObject({ error: { code: 'never-read' } })
    expect(tookMs).toBeLessThan(2 * minute)
  })

  it('while it took the image out only reads back, and ends as it was to end', async () => {
    const end = { next: 'remove', state: 'verified', code: 'read', text: 'it read 1.6 GiB' } as const
    const { sent, outcome } = await playMedia(left('removing', ['InsertMedia', 'SetBoot', 'ForceRestart', 'EjectMedia'], { end, said: ['mounted'] }))
    expect(sent.filter((one) => one === 'EjectMedia')).toHaveLength(1)
    expect(outcome).toMatchObject({ state: 'verified', evidence: 'mounted; it read 1.6 GiB; ejected' })
  })

  it('sends nothing once the lease is gone, whenever that is', async () => {
    const whole = await playMedia(toMediaStep('InstallImage'), { reads: reading, drives: (sent) => [drive(sent.at(-1) !== 'EjectMedia')] })
    for (let n = 1; n < whole.log.length; n++) {
      const { log, outcome } = await playMedia(toMediaStep('InstallImage'), { reads: reading, drives: (sent) => [drive(sent.at(-1) !== 'EjectMedia')] }, (lines) => lines.length === n)
      expect(outcome, `after ${log.at(-1)}`).toBeUndefined()
      const after = log.slice(n).filter((line) => /^(insert|eject|start)/.test(line))
      expect(after, `after line ${n}: ${log[n - 1]}`).toEqual([])
    }
  })
})
