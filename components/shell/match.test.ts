import { describe, expect, it } from 'vitest'
import { best, fit } from './match.ts'

describe('the palette', () => {
  it('puts the name itself first, then what begins with it, then what has it anywhere', () => {
    const names = ['gpu-n1', 'n10', 'n1', 'xn1']
    expect(best('n1', names, (name) => name, 10).items).toEqual(['n1', 'n10', 'gpu-n1', 'xn1'])
  })

  it('wants every word', () => {
    expect(fit('n1 dell', 'n1 10.4.0.1 R750 dell')).toBeGreaterThan(0)
    expect(fit('n1 dell', 'n1 10.4.0.1 SR670')).toBe(0)
  })

  it('says how many more there are', () => {
    expect(best('n', ['n1', 'n2', 'n3'], (name) => name, 2)).toEqual({ items: ['n1', 'n2'], total: 3 })
  })

  it('shows all for nothing typed', () => {
    expect(best('', ['a', 'b'], (name) => name, 10).items).toEqual(['a', 'b'])
  })
})
