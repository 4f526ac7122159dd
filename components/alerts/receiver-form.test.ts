import { describe, expect, it } from 'vitest'
import type { Receiver } from '#lib/domain/receiver.ts'
import { emptyReceiver, problemsOfReceiver, toReceiver, toReceiverForm, toReceiverPatch } from './receiver-form.ts'

const hook = { ...emptyReceiver('en', 'https://b'), name: 'hook', url: 'https://hooks.example.org/x' }
const mail = { ...emptyReceiver('zh-CN', 'https://b'), kind: 'email' as const, name: 'mail', host: 'mail.example.org', username: 'u', password: 'p', from: 'b@example.org', to: 'ada@example.org, bob@example.org\n' }
const receiver: Receiver = {
  id: 'r', name: 'mail', kind: 'email', language: 'zh-CN', host: 'mail.example.org', isPlain: false, isSigned: false, site: 'https://b', isReady: true, deliveredAt: null, failedAt: null, failure: null, nextTryAt: null, waiting: 0,
  mail: { host: 'mail.example.org', port: 587, security: 'starttls', username: 'u', from: 'b@example.org', to: ['ada@example.org'] },
}

describe('a new receiver', () => {
  it('asks for what its kind needs, and sends only that', () => {
    expect(toReceiver({ ...hook, secret: 's', site: 'https://b/' })).toEqual({ kind: 'json', name: 'hook', language: 'en', site: 'https://b', isPlain: false, url: hook.url, secret: 's' })
    expect(toReceiver({ ...hook, kind: 'slack', secret: 's' })).toMatchObject({ kind: 'slack', secret: null })
    expect(toReceiver(mail)).toEqual({
      kind: 'email', name: 'mail', language: 'zh-CN', site: 'https://b', isPlain: false, password: 'p',
      mail: { host: 'mail.example.org', port: 587, security: 'starttls', username: 'u', from: 'b@example.org', to: ['ada@example.org', 'bob@example.org'] },
    })
  })

  it.each([
    [hook, []],
    [mail, []],
    [{ ...hook, name: ' ' }, ['name']],
    [{ ...hook, url: '' }, ['url']],
    [{ ...hook, url: 'hooks' }, ['url']],
    [{ ...hook, url: 'http://hooks.example.org' }, ['plain']],
    [{ ...hook, url: 'http://hooks.example.org', isPlain: true }, []],
    [{ ...mail, security: 'none' as const }, ['plain']],
    [{ ...mail, password: '' }, ['password']],
    [{ ...mail, username: '', password: '' }, []],
    [{ ...mail, host: '', port: 'x', from: '', to: ' ' }, ['host', 'port', 'from', 'to']],
  ])('is told what is missing: %j', (form, problems) => {
    expect(problemsOfReceiver(form, null)).toEqual(problems)
  })
})

describe('a changed receiver', () => {
  const before = toReceiverForm(receiver)

  it('sends what was changed alone, and no secret that was not typed', () => {
    expect(toReceiverPatch(before, before)).toEqual({})
    expect(toReceiverPatch({ ...before, language: 'en', to: 'bob@example.org' }, before)).toEqual({ language: 'en', mail: { ...receiver.mail, to: ['bob@example.org'] } })
    const was = { ...hook, url: '' }
    expect(toReceiverPatch({ ...was, name: 'x' }, was)).toEqual({ name: 'x' })
    expect(toReceiverPatch({ ...was, url: 'https://y/z' }, was)).toEqual({ url: 'https://y/z', secret: null })
  })

  it('needs its secret again for another server, another user, or leave to go without TLS', () => {
    expect(problemsOfReceiver({ ...before, to: 'x@example.org' }, before)).toEqual([])
    for (const change of [{ host: 'other' }, { port: '25' }, { username: 'x' }, { isPlain: true }]) expect(problemsOfReceiver({ ...before, ...change }, before)).toEqual(['password'])
    const was = { ...hook, url: '' }
    expect(problemsOfReceiver(was, was)).toEqual([])
    expect(problemsOfReceiver({ ...was, isPlain: true }, was)).toEqual(['url'])
    expect(problemsOfReceiver({ ...was, secret: 's' }, was)).toEqual(['url'])
  })
})
