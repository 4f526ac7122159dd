import { ipmiRequestAnswer } from '#lib/api/contract.ts'
import type { IpmiCommand } from '#lib/domain/raw.ts'
import type { Client } from '../client.ts'
import type { Command } from '../command.ts'
import { askLine } from '../confirm.ts'
import { exitCodes, Failure, misuse } from '../failure.ts'

const usage = 'raw NODE NETFN CMD [BYTE…] [--yes]'

export const raw: Command = {
  summary: 'One IPMI command by its bytes, sent once',
  usage: [usage],
  options: { yes: { type: 'boolean', short: 'y' } },
  async run({ args, client, output, values }) {
    const [node, ...words] = args
    const command = toCommand(words)
    if (node === undefined || command === undefined) throw misuse(`baseboard ${usage}\nBytes as ipmitool has them: 0x06 0x01, or digits below ten`)
    if (values['yes'] !== true) await confirm(node, words)
    const answer = await send(await client(), node, command)
    if (output.json) output.out(JSON.stringify(answer))
    else if (answer.completionCode === 0) output.out(` ${answer.data}`)
    else output.note(`${node}: completion code 0x${answer.completionCode.toString(16).padStart(2, '0')}${answer.meaning === null ? '' : `: ${answer.meaning}`}`)
    return answer.completionCode === 0 ? exitCodes.ok : exitCodes.partly
  },
}

/** ipmitool reads 30 as thirty and others read it as 30h: what can be read in two ways is not sent. */
const isByte = (word: string) => /^(?:0x[0-9a-f]{1,2}|[0-9])$/i.test(word)

function toCommand(words: readonly string[]): IpmiCommand | undefined {
  if (words.length < 2 || !words.every(isByte)) return undefined
  const [netFn = 0, cmd = 0, ...data] = words.map(Number)
  return { netFn, cmd, data }
}

async function confirm(node: string, words: readonly string[]): Promise<void> {
  const what = `Sends ${words.join(' ')} to the BMC of ${node}: nobody here knows what that does`
  if (process.stdin.isTTY !== true) throw misuse(`${what}; say --yes to do it without being asked`)
  if ((await askLine(`${what}.\nType ${node} to do it: `)) !== node) throw new Failure(exitCodes.usage, 'nothing was done')
}

async function send(api: Client, node: string, command: IpmiCommand) {
  const path = `/api/nodes/${node}/ipmi`
  let request = await api.ask(ipmiRequestAnswer, path, { method: 'POST', body: command })
  while (request.state !== 'done') request = await api.ask(ipmiRequestAnswer, `${path}/${request.id}`)
  if (request.answer === null) throw new Failure(exitCodes.refused, request.failure?.message ?? `${node}: no answer`)
  return request.answer
}
