import { afterEach, expect, it } from 'vitest'
import { createExchanger } from './exchange.ts'
import { sendJson, startTestBmc, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
afterEach(() => bmc?.close())

async function start(pause: () => Promise<void> = async () => {}) {
  bmc = await startTestBmc(async (_request, response) => {
    await pause()
    sendJson(response, {})
  })
  const exchanger = createExchanger(bmc.target)
  return { exchanger, ask: () => exchanger.exchange({ method: 'GET', path: '/redfish/v1/' }) }
}

it('whoever asks one thing after the other needs one connection', async () => {
  const { exchanger, ask } = await start()
  for (let i = 0; i < 10; i++) expect((await ask()).status).toBe(200)
  expect(bmc!.connections()).toBe(1)
  await exchanger.destroy()
})

it('two at once have two, and more wait for these', async () => {
  let under = 0
  let most = 0
  const { exchanger, ask } = await start(async () => {
    most = Math.max(most, ++under)
    await new Promise((resolve) => setTimeout(resolve, 5))
    under--
  })
  await Promise.all(Array.from({ length: 7 }, ask))
  expect([bmc!.connections(), most]).toEqual([2, 2])
  await exchanger.destroy()
})

it('a connection that the BMC has cut is opened anew', async () => {
  const { exchanger, ask } = await start()
  await ask()
  bmc!.cut()
  await expect.poll(async () => (await ask().catch(() => undefined))?.status).toBe(200)
  expect(bmc!.connections()).toBe(2)
  await exchanger.destroy()
})

it('what is under way when the lines are dropped fails, and so does what comes later', async () => {
  const { exchanger, ask } = await start(() => new Promise(() => {}))
  const asked = ask()
  const failed = expect(asked).rejects.toMatchObject({ kind: 'closed' })
  await expect.poll(() => bmc!.requests.length).toBe(1)
  const dropped = exchanger.destroy()
  await expect(ask()).rejects.toMatchObject({ kind: 'closed' })
  await Promise.all([failed, dropped])
  expect(bmc!.connections()).toBe(1)
  const unused = createExchanger(bmc!.target)
  await unused.destroy()
  await expect(unused.exchange({ method: 'GET', path: '/redfish/v1/' })).rejects.toMatchObject({ kind: 'closed' })
})
