import type { Door } from './fetcher.ts'

type Contract = typeof import('./contract.ts')
type MediaContract = typeof import('./media-contract.ts')
type NodesContract = typeof import('./nodes-contract.ts')
type ScheduleContract = typeof import('./schedule-contract.ts')
type TokensContract = typeof import('./tokens-contract.ts')
type FansContract = typeof import('./fans-contract.ts')
type PowerContract = typeof import('./power-contract.ts')
type BudgetsContract = typeof import('./budgets-contract.ts')
type AlertsContract = typeof import('./alerts-contract.ts')
type ImagesContract = typeof import('./images-contract.ts')

/** The door of an answer: its schema in the contract, fetched once for all. */
export const door =
  <Name extends keyof Contract>(name: Name): Door<Contract[Name]> =>
  async () =>
    (await import('./contract.ts'))[name]

export const mediaDoor =
  <Name extends keyof MediaContract>(name: Name): Door<MediaContract[Name]> =>
  async () =>
    (await import('./media-contract.ts'))[name]

export const nodesDoor =
  <Name extends keyof NodesContract>(name: Name): Door<NodesContract[Name]> =>
  async () =>
    (await import('./nodes-contract.ts'))[name]

export const alertsDoor =
  <Name extends keyof AlertsContract>(name: Name): Door<AlertsContract[Name]> =>
  async () =>
    (await import('./alerts-contract.ts'))[name]

export const imagesDoor =
  <Name extends keyof ImagesContract>(name: Name): Door<ImagesContract[Name]> =>
  async () =>
    (await import('./images-contract.ts'))[name]

export const fansDoor =
  <Name extends keyof FansContract>(name: Name): Door<FansContract[Name]> =>
  async () =>
    (await import('./fans-contract.ts'))[name]

export const powerDoor =
  <Name extends keyof PowerContract>(name: Name): Door<PowerContract[Name]> =>
  async () =>
    (await import('./power-contract.ts'))[name]

export const budgetsDoor =
  <Name extends keyof BudgetsContract>(name: Name): Door<BudgetsContract[Name]> =>
  async () =>
    (await import('./budgets-contract.ts'))[name]

export const scheduleDoor =
  <Name extends keyof ScheduleContract>(name: Name): Door<ScheduleContract[Name]> =>
  async () =>
    (await import('./schedule-contract.ts'))[name]

export const tokensDoor =
  <Name extends keyof TokensContract>(name: Name): Door<TokensContract[Name]> =>
  async () =>
    (await import('./tokens-contract.ts'))[name]

export const operationDoor = async () => (await import('#lib/domain/operation.ts')).operation
export const operationDetailDoor = async () => (await import('#lib/domain/operation-detail.ts')).operationDetail
export const operationNodesDoor = async () => (await import('#lib/domain/operation-detail.ts')).operationNodes
export const imageLimitsDoor = async () => (await import('#lib/domain/image-space.ts')).imageLimits
