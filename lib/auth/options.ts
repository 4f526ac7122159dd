import type { AuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { cookiesOf } from './cookies.ts'
import { absoluteMs, userOfSession } from './session.ts'
import { signIn, signOut } from './sign-in.ts'
import type { Origin } from './signed-in-user.ts'

const absoluteSeconds = absoluteMs / 1000

/** What went wrong inside next-auth, which would only redirect with it: the route answers with it instead. */
export type Trouble = { error: unknown }

/**
 * next-auth for one request. Its token holds nothing but the secret of a session, which is looked up on each request.
 * Made anew each time, so that what happens inside knows where the request came from and the route knows why it failed.
 */
export async function authOptions(origin: Origin, secure: boolean): Promise<{ options: AuthOptions; trouble: Trouble }> {
  const names = await cookiesOf(secure)
  const trouble: Trouble = { error: null }
  const cookie = (name: string) => ({ name, options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure } })
  const options: AuthOptions = {
    secret: names.secret,
    useSecureCookies: secure,
    cookies: { sessionToken: cookie(names.session), csrfToken: cookie(names.csrf), callbackUrl: cookie(names.callback) },
    session: { strategy: 'jwt', maxAge: absoluteSeconds },
    jwt: { maxAge: absoluteSeconds },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { name: {}, password: {} },
        async authorize(typed) {
          try {
            const { userId, secret } = await signIn(String(typed?.name ?? '').slice(0, 256), String(typed?.password ?? '').slice(0, 1024), origin)
            return { id: userId, secret }
          } catch (error) {
            trouble.error = error
            return null
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user === undefined ? token : { secret: (user as unknown as { secret: string }).secret }),
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ baseUrl }) => baseUrl,
    },
    events: {
      async signOut({ token }) {
        const secret = (token as { secret?: unknown } | null)?.secret
        try {
          const user = typeof secret === 'string' ? await userOfSession(secret, origin) : null
          if (user !== null) await signOut(user)
        } catch (error) {
          trouble.error = error
        }
      },
    },
    // What matters is in `trouble`; the rest is a line for every expired cookie.
    logger: { error() {}, warn() {}, debug() {} },
  }
  return { options, trouble }
}
