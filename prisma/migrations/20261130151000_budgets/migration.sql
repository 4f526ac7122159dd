-- Budgets of power: set and armed by web, looked at by the conductor that has the duty; and what each has decided to do.
CREATE TABLE "Budget" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "name" TEXT NOT NULL,
  "range" TEXT NOT NULL,
  "capWatts" INTEGER NOT NULL,
  "warnShare" DOUBLE PRECISION NOT NULL,
  "overSeconds" INTEGER NOT NULL,
  "acts" JSONB NOT NULL,
  "by" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "armedBy" TEXT,
  "armedById" TEXT,
  "armedByKind" TEXT,
  "armedAt" TIMESTAMPTZ(3),
  "state" JSONB,
  CONSTRAINT "Budget_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Budget_name_key" ON "Budget"("name");
CREATE TABLE "BudgetDeed" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "budgetId" UUID NOT NULL,
  "passage" INTEGER NOT NULL,
  "line" INTEGER NOT NULL,
  "nodeId" UUID NOT NULL,
  "nodeName" TEXT NOT NULL,
  "act" JSONB NOT NULL,
  "watts" DOUBLE PRECISION NOT NULL,
  "capWatts" INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  "byId" TEXT NOT NULL,
  "byKind" TEXT NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'due',
  "problem" JSONB,
  "decidedAt" TIMESTAMPTZ(3) NOT NULL,
  "endedAt" TIMESTAMPTZ(3),
  CONSTRAINT "BudgetDeed_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "BudgetDeed_budgetId_passage_line_nodeId_key" ON "BudgetDeed"("budgetId", "passage", "line", "nodeId");
CREATE INDEX "BudgetDeed_state_idx" ON "BudgetDeed"("state");
ALTER TABLE "BudgetDeed" ADD CONSTRAINT "BudgetDeed_budgetId_fkey" FOREIGN KEY ("budgetId") REFERENCES "Budget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
