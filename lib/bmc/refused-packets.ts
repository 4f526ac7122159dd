export { refusedPackets } from '#lib/ipmi/refused.ts'
