import { fraction, seedOf } from '../noise.ts'
import { rest, type Host, type Life } from './life.ts'

const kernel = '6.1.0-28-amd64'

/** The kernel's lines with the seconds since its start. */
export function kernelLog(host: Host): readonly (readonly [atMs: number, text: string])[] {
  const { identity } = host
  const cores = identity.cpus.reduce((sum, cpu) => sum + cpu.threads, 0)
  const memoryKiB = identity.dimms.reduce((sum, dimm) => sum + dimm.sizeMiB, 0) * 1024
  return [
    [0, `Linux version ${kernel} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1`],
    [0, 'Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-28-amd64 root=/dev/sda2 ro console=tty0 console=ttyS0,115200n8'],
    [4, `DMI: ${identity.maker} ${identity.model}, BIOS ${identity.biosVersion}`],
    [31, `tsc: Detected ${(identity.cpus[0]!.maxMhz * 0.7).toFixed(3)} MHz processor`],
    [60, `Memory: ${memoryKiB - 524288}K/${memoryKiB}K available (14342K kernel code, 2332K rwdata, 9060K rodata)`],
    [90, `smpboot: CPU0: ${identity.cpus[0]!.model}`],
    [210, `smp: Brought up ${identity.cpus.length} nodes, ${cores} CPUs`],
    [300, 'Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled'],
    [322, '00:03: ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A'],
    [480, 'ipmi_si IPI0001:00: ipmi_platform: [io  0x0ca2] regsize 1 spacing 1 irq 0'],
    [610, `ipmi_si IPI0001:00: IPMI message handler: Found new BMC (man_id: 0x${identity.manufacturerId.toString(16).padStart(6, '0')})`],
    [700, 'scsi 0:0:0:0: Direct-Access     ATA      SSD 960GB        0001 PQ: 0 ANSI: 5'],
    [760, 'sd 0:0:0:0: [sda] 1875385008 512-byte logical blocks: (960 GB/894 GiB)'],
    [905, 'EXT4-fs (sda2): mounted filesystem with ordered data mode. Quota mode: none.'],
    [1000, 'systemd[1]: systemd 252.31-1~deb12u1 running in system mode'],
    [1010, `systemd[1]: Hostname set to <${identity.hostName}>.`],
    [1200, `igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX`],
  ]
}

export const stamp = (ms: number) => `[${(ms / 1000).toFixed(6).padStart(12)}]`

/** From GRUB's last word to the login prompt. */
export function* startKernel(host: Host, isRecovery: boolean): Life {
  yield `  Booting \`Debian GNU/Linux${isRecovery ? ' (recovery mode)' : ''}'\n\nLoading Linux ${kernel} ...\nLoading initial ramdisk ...\n`
  yield* rest(host, 400)
  host.kernelRuns = true
  host.kernelStartedMs = host.now()
  for (const [atMs, text] of kernelLog(host)) {
    if (host.kernelStartedMs + atMs > host.now()) yield* rest(host, host.kernelStartedMs + atMs - host.now())
    yield `${stamp(atMs)} ${text}\n`
  }
  for (const unit of ['Journal Service', 'Network Manager', 'OpenSSH server daemon', 'Slurm node daemon', 'Serial Getty on ttyS0']) {
    yield `[\x1b[0;32m  OK  \x1b[0m] Started ${unit}.\n`
    yield* rest(host, 60)
  }
  yield `${host.identity.hostName} is up, boot ${bootId(host)}\n\n`
}

/** Another one for each run, the same one whoever asks. */
export function bootId(host: Host): string {
  const seed = seedOf(`${host.identity.uuid} ${host.startedMs}`)
  const hex = (salt: number, length: number) => Math.floor(fraction(seed, salt) * 16 ** length).toString(16).padStart(length, '0')
  return `${hex(1, 8)}-${hex(2, 4)}-4${hex(3, 3)}-9${hex(4, 3)}-${hex(5, 6)}${hex(6, 6)}`
}

/** What a host prints on its way down; power or reset are the machine's or the caller's to switch. */
export function* shutDown(host: Host): Life {
  if (!host.kernelRuns) return
  yield '\n'
  for (const unit of ['Slurm node daemon', 'OpenSSH server daemon', 'Network Manager', 'Journal Service']) {
    yield `[\x1b[0;32m  OK  \x1b[0m] Stopped ${unit}.\n`
    yield* rest(host, 80)
  }
  yield `${stamp(host.now() - host.kernelStartedMs)} reboot: Power down\n`
}
