import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2'
import { SshError } from './errors.ts'

export type Account = { username: string; password: string }

/**
 * How we sign in (RFC 4252): asks what is offered (`none`, as every client does), then gives the password once, by one way. A second
 * try with the same password would only bring the account nearer to being locked. `ready` runs before anything of the account is sent.
 * No key, no agent.
 */
export function toSignIn(account: Account, ready: () => Promise<void>, fail: (error: SshError) => void): AuthHandlerMiddleware {
  const { username } = account
  let isAsked = false
  let isGiven = false

  return (left, hasPartialSuccess, next) => {
    const give = (method: AnyAuthMethod) => {
      isGiven = true
      next(method)
    }
    if (!isAsked) {
      isAsked = true
      void ready().then(() => next({ type: 'none', username }), fail)
    } else if (isGiven) {
      fail(new SshError('credentials', hasPartialSuccess === true ? 'the password alone is not enough to sign in' : 'wrong user name or password'))
    } else if (left?.includes('password')) give({ type: 'password', username, password: account.password })
    else if (left?.includes('keyboard-interactive')) give({ type: 'keyboard-interactive', username, prompt: toAnswers(account.password, fail) })
    else fail(new SshError('credentials', `signing in takes ${left?.join(', ') || 'a way that is not told'}, not a password`))
  }
}

type Prompt = { prompt: string; echo?: boolean }

/** Answers one hidden prompt for a password, once (RFC 4256); iDRAC asks in this way alone. Anything else is not ours to answer. */
function toAnswers(password: string, fail: (error: SshError) => void) {
  let isAnswered = false
  return (_name: string, _instructions: string, _language: string, prompts: Prompt[], finish: (answers: string[]) => void): void => {
    const [first] = prompts
    if (first === undefined) return finish([])
    const isPassword = prompts.length === 1 && first.echo !== true && /password/i.test(first.prompt)
    if (isPassword && !isAnswered) {
      isAnswered = true
      return finish([password])
    }
    const asked = prompts.map((one) => one.prompt.replace(/[^\x20-\x7e]+/g, ' ').trim().slice(0, 60)).slice(0, 4)
    fail(new SshError('credentials', `signing in asks "${asked.join('", "')}", which is more than a password`))
  }
}
