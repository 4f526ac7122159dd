import { describe, expect, it } from 'vitest'
import { hashPassword, isPasswordOf } from './password.ts'

describe('passwords', () => {
  it('are kept as scrypt of 128 MiB with a salt of their own', async () => {
    const kept = await hashPassword('correct horse')
    expect(kept).toMatch(/^scrypt\$17\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/)
    expect(await isPasswordOf(kept, 'correct horse')).toBe(true)
    expect(await isPasswordOf(kept, 'correct hors')).toBe(false)
  })

  it('of nobody are never right, and are computed all the same', async () => {
    expect(await isPasswordOf(null, '')).toBe(false)
  })

  it('mean the same however they are composed in Unicode', async () => {
    expect(await isPasswordOf(await hashPassword('caf\u00e9 cr\u00e8me', 10), 'cafe\u0301 cre\u0300me')).toBe(true)
  })

  it('wait two by two, and a flood is told so at once', async () => {
    const flood = await Promise.allSettled(Array.from({ length: 40 }, () => hashPassword('x', 10)))
    const refused = flood.filter((one) => one.status === 'rejected')
    // 2 at work and 32 waiting.
    expect(refused.length).toBe(6)
    expect(refused[0]).toMatchObject({ reason: { code: 'busy', status: 503 } })
  })

  it('damaged in the database are an error, not a way in', async () => {
    await expect(isPasswordOf('', '')).rejects.toThrow('damaged')
  })
})
