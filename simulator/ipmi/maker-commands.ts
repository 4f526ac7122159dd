import { completion, ok, refuse, uint16, type ServedCommand } from './served-command.ts'

const supermicro = 10876
const boardId = 0x0896

/** What tools ask of a maker's BMC by themselves. Supermicro's Get Board ID, by which ipmitool reads the log's events. */
export const makerCommands: readonly ServedCommand[] = [
  {
    name: 'Get Board ID',
    netFn: 0x30,
    cmd: 0x21,
    privilege: 'user',
    answer: (_data, { machine }) => (machine.identity.manufacturerId === supermicro ? ok(uint16(boardId)) : refuse(completion.invalidCommand)),
  },
]
