import type { Door } from './fetcher.ts'

/** The doors of a contract: each is the schema of one answer, and the contract is fetched once for all of them. */
const doorsOf =
  <Contract>(load: () => Promise<Contract>) =>
  <Name extends keyof Contract>(name: Name): Door<Contract[Name]> =>
  async () =>
    (await load())[name]

export const door = doorsOf(() => import('./contract.ts'))
export const mediaDoor = doorsOf(() => import('./media-contract.ts'))
export const nodesDoor = doorsOf(() => import('./nodes-contract.ts'))
export const alertsDoor = doorsOf(() => import('./alerts-contract.ts'))
export const imagesDoor = doorsOf(() => import('./images-contract.ts'))
export const fansDoor = doorsOf(() => import('./fans-contract.ts'))
export const powerDoor = doorsOf(() => import('./power-contract.ts'))
export const budgetsDoor = doorsOf(() => import('./budgets-contract.ts'))
export const scheduleDoor = doorsOf(() => import('./schedule-contract.ts'))
export const tokensDoor = doorsOf(() => import('./tokens-contract.ts'))

export const operationDoor = async () => (await import('#lib/domain/operation.ts')).operation
export const operationDetailDoor = async () => (await import('#lib/domain/operation-detail.ts')).operationDetail
export const operationNodesDoor = async () => (await import('#lib/domain/operation-detail.ts')).operationNodes
export const imageLimitsDoor = async () => (await import('#lib/domain/image-space.ts')).imageLimits
