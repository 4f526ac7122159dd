import { me } from '#lib/api/contract.ts'
import { forgetAccount, keepAccount, toOrigin } from '../account.ts'
import { createClient } from '../client.ts'
import type { Command } from '../command.ts'
import { askSecret } from '../confirm.ts'
import { exitCodes, misuse } from '../failure.ts'

export const login: Command = {
  summary: 'Keep the address of a Baseboard and a token for it',
  usage: ['login URL   (asks for a token, or reads one from its input)'],
  async run({ output, args }) {
    const [url, ...more] = args
    if (url === undefined || more.length > 0) throw misuse('baseboard login https://baseboard.example.org')
    const origin = toOrigin(url)
    output.note(`Make a token at ${origin}/settings/users, or with «npm run -s token» on its machine.`)
    const token = await askSecret('Token (it is not shown): ')
    if (token === '') throw misuse('no token was given')
    const account = { url: origin, token }
    const { name, role } = await createClient(account).ask(me, '/api/me')
    output.note(`signed in as ${name}, ${role}; kept in ${await keepAccount(account)}`)
    return exitCodes.ok
  },
}

export const logout: Command = {
  summary: 'Forget the token (it works until it is revoked)',
  usage: ['logout'],
  async run() {
    await forgetAccount()
    return exitCodes.ok
  },
}
