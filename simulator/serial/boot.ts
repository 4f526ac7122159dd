import { runInstaller } from './installer.ts'
import { startKernel } from './kernel.ts'
import { end, forever, readKey, rest, type Host, type Life } from './life.ts'
import { logIn } from './login.ts'

/** From power to login prompt: firmware, GRUB, kernel, getty. Seven seconds when nobody touches the menu. With a disc to start from, its installer. */
export function* bootLife(host: Host): Life {
  yield* firmware(host)
  if (host.bootsFrom() === 'cd' && (yield* runInstaller(host))) return
  yield 'PXE-E61: media test failure, check cable\nBooting from hard disk ...\n'
  yield* rest(host, 300)
  const choice = yield* grub(host)
  if (choice === 'setup') {
    yield '\x1b[2J\x1b[HEntering setup is not possible on this console. Rebooting.\n'
    yield* rest(host, 1500)
    yield* end(host, 'reboot')
  }
  yield* startKernel(host, choice === 'recovery')
  yield* logIn(host)
}

function* firmware(host: Host): Life {
  const { identity } = host
  const memoryMiB = identity.dimms.reduce((sum, dimm) => sum + dimm.sizeMiB, 0)
  yield '\x1b[2J\x1b[H'
  yield `${identity.maker} ${identity.model}\nBIOS ${identity.biosVersion}   BMC ${identity.bmcModel} ${identity.firmwareText}\nSerial ${identity.serial}\n\n`
  yield* rest(host, 300)
  for (const cpu of identity.cpus) {
    yield `${cpu.model}  ${cpu.cores} cores\n`
    yield* rest(host, 100)
  }
  yield `Memory: ${memoryMiB} MiB in ${identity.dimms.length} DIMMs, tested\n`
  yield* rest(host, 300)
}

type Choice = 'normal' | 'recovery' | 'setup'
const entries: readonly (readonly [label: string, choice: Choice])[] = [
  ['Debian GNU/Linux', 'normal'],
  ['Debian GNU/Linux, with Linux 6.1.0-28-amd64 (recovery mode)', 'recovery'],
  ['UEFI Firmware Settings', 'setup'],
]
const menuSeconds = 3

/** The menu, drawn with cursor moves as GRUB's serial terminal does. Any key but Enter stops the countdown. */
function* grub(host: Host): Life<Choice> {
  let selected = 0
  yield drawMenu(selected)
  let deadline = host.now() + menuSeconds * 1000
  let shown = 0
  for (;;) {
    const left = Math.ceil((deadline - host.now()) / 1000)
    if (left <= 0) break
    if (deadline !== forever && left !== shown) {
      yield `\x1b[22;4HThe highlighted entry will be executed automatically in ${left}s. `
      shown = left
    }
    const key = yield* readKey(host, deadline === forever ? forever : Math.min(deadline, deadline - (left - 1) * 1000))
    if (key === '\r' || key === '\n') break
    if (key === undefined) continue
    if (deadline !== forever) yield '\x1b[22;1H\x1b[K'
    deadline = forever
    const step = key === 'down' || key === 'v' ? 1 : key === 'up' || key === '^' ? -1 : 0
    selected = Math.min(entries.length - 1, Math.max(0, selected + step))
    yield drawEntries(selected)
  }
  yield `\x1b[2J\x1b[H`
  return entries[selected]![1]
}

const menuWidth = 74

function drawMenu(selected: number): string {
  const edge = '-'.repeat(menuWidth)
  const title = `\x1b[2J\x1b[H\x1b[1;29HGNU GRUB  version 2.06`
  const box = `\x1b[3;2H+${edge}+${entries.map((_, i) => `\x1b[${4 + i};2H|\x1b[${4 + i};${menuWidth + 3}H|`).join('')}\x1b[${4 + entries.length};2H+${edge}+`
  const help = `\x1b[19;4HUse the ^ and v keys to select which entry is highlighted.\x1b[20;4HPress enter to boot the selected OS.`
  return title + box + help + drawEntries(selected)
}

function drawEntries(selected: number): string {
  return entries
    .map(([label], i) => `\x1b[${4 + i};3H${i === selected ? '\x1b[7m*' : ' '}${label.padEnd(menuWidth - 1)}${i === selected ? '\x1b[0m' : ''}`)
    .join('')
}
