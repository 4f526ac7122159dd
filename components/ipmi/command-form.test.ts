import { expect, it } from 'vitest'
import { toCommand, type CommandForm } from './command-form.ts'

const form = (netFn: string, cmd: string, data = ''): CommandForm => ({ netFn, cmd, data })

it.each([
  [form('06', '01'), { netFn: 6, cmd: 1, data: [] }],
  [form('0x30', '70', '0x66 00,A 64'), { netFn: 0x30, cmd: 0x70, data: [0x66, 0, 0x0a, 0x64] }],
  [form(' 3E ', 'ff', ' '), { netFn: 0x3e, cmd: 0xff, data: [] }],
])('reads %j', (given, command) => {
  expect(toCommand(given)).toEqual({ command })
})

it.each([
  [form('', ''), ['netFn', 'cmd']],
  [form('07', '01'), ['netFn']],
  [form('40', '01'), ['netFn']],
  [form('06 01', '01'), ['netFn']],
  [form('06', '100'), ['cmd']],
  [form('06', '01', '6600'), ['data']],
  [form('06', '01', 'xx'), ['data']],
  [form('06', '01', '0 '.repeat(201)), ['data']],
])('finds what is wrong with %j', (given, fields) => {
  const found = toCommand(given)
  expect('problems' in found && found.problems.map(({ field }) => field)).toEqual(fields)
})
