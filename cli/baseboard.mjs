#!/usr/bin/env node
// The entry of the command `baseboard`: our TypeScript runs through tsx, as everything here does.
import { register } from 'tsx/esm/api'

register()
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
