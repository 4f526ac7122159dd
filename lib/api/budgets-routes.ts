import * as budgets from './budgets-contract.ts'
import type { Route } from './routes.ts'

/** The doors to budgets of power. */
export const budgetsRoutes = {
  listBudgets: { method: 'GET', path: '/api/budgets', access: 'read', summary: 'Budgets of power, and what their nodes draw', status: 200, answer: budgets.budgetList },
  createBudget: {
    method: 'POST',
    path: '/api/budgets',
    access: 'manageBudgets',
    summary: 'Watch what a noderange draws against a cap; it does nothing until it is armed',
    status: 201,
    body: budgets.budgetCreate,
    answer: budgets.budget,
  },
  readBudget: { method: 'GET', path: '/api/budgets/{id}', access: 'read', summary: 'A budget, what it would do now, and what it has done', status: 200, answer: budgets.budgetDetail },
  changeBudget: {
    method: 'PATCH',
    path: '/api/budgets/{id}',
    access: 'manageBudgets',
    summary: 'Change a budget; another range, cap, time or list of acts disarms it',
    status: 200,
    body: budgets.budgetPatch,
    answer: budgets.budget,
  },
  removeBudget: { method: 'DELETE', path: '/api/budgets/{id}', access: 'manageBudgets', summary: 'Remove a budget; operations that it asked for go on', status: 204 },
  armBudget: {
    method: 'POST',
    path: '/api/budgets/{id}/arm',
    access: 'manageBudgets',
    summary: 'Let a budget do what its list says when it is passed, in the name of who arms it; its range is typed once more',
    status: 200,
    body: budgets.budgetArm,
    answer: budgets.budget,
  },
  disarmBudget: { method: 'POST', path: '/api/budgets/{id}/disarm', access: 'power', summary: 'Let a budget only tell', status: 200, answer: budgets.budget },
} as const satisfies Record<string, Route>
