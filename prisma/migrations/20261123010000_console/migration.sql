-- A permission to open one node's console once, within 30 s. It ends with the session or the node that it is bound to.
CREATE TABLE "ConsoleTicket" (
    "hash" TEXT NOT NULL,
    "nodeId" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "personName" TEXT NOT NULL,
    "personKind" TEXT NOT NULL,
    "sessionId" UUID,
    "mode" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ConsoleTicket_pkey" PRIMARY KEY ("hash")
);

-- What differs from the default: a node without a row is captured while somebody watches.
CREATE TABLE "ConsoleSetting" (
    "nodeId" UUID NOT NULL,
    "capture" TEXT NOT NULL DEFAULT 'watched',

    CONSTRAINT "ConsoleSetting_pkey" PRIMARY KEY ("nodeId")
);

CREATE INDEX "ConsoleTicket_expiresAt_idx" ON "ConsoleTicket"("expiresAt");

ALTER TABLE "ConsoleTicket" ADD CONSTRAINT "ConsoleTicket_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ConsoleTicket" ADD CONSTRAINT "ConsoleTicket_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ConsoleSetting" ADD CONSTRAINT "ConsoleSetting_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TRIGGER console_setting_changed AFTER INSERT OR UPDATE ON "ConsoleSetting" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();

-- May this person (in this session) or this token be at a console, being of one of these roles? The conductor asks, who may not read
-- sessions and tokens.
CREATE FUNCTION console_may(kind TEXT, person UUID, session UUID, roles TEXT[]) RETURNS BOOLEAN
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT CASE kind
        WHEN 'person' THEN EXISTS (
            SELECT 1 FROM "User" u JOIN "Session" s ON s."userId" = u."id"
            WHERE u."id" = person AND NOT u."disabled" AND u."role" = ANY (roles) AND s."id" = session AND s."expiresAt" > now())
        WHEN 'token' THEN EXISTS (SELECT 1 FROM "ApiToken" a WHERE a."id" = person AND a."revokedAt" IS NULL AND a."role" = ANY (roles))
        ELSE false
    END
$$;
