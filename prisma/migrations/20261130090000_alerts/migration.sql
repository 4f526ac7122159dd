-- Alerts: rules, what they found, who is told, and what keeps them quiet (docs/decisions/alerts.md).

-- Somebody works at the node, with who, when and why.
ALTER TABLE "Node" ADD COLUMN "maintenance" JSONB;
DROP TRIGGER node_edited ON "Node";
CREATE TRIGGER node_edited AFTER UPDATE OF "name", "groups", "tags", "rack", "position", "attributes", "protected", "maintenance", "address", "protocol"
    ON "Node" FOR EACH ROW EXECUTE FUNCTION node_edited();

CREATE TABLE "AlertRule" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "isOn" BOOLEAN NOT NULL DEFAULT true,
    "range" TEXT NOT NULL,
    "condition" JSONB NOT NULL,
    "level" TEXT NOT NULL,
    "receivers" UUID[] DEFAULT ARRAY[]::UUID[],
    "repeatSeconds" INTEGER,
    "tellsOver" BOOLEAN NOT NULL DEFAULT true,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlertRule_pkey" PRIMARY KEY ("id")
);

-- `subject` is a node's or an operation's id without a key of theirs: a node that is removed ends its alerts, and its receivers are told.
CREATE TABLE "Alert" (
    "ruleId" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "node" TEXT,
    "state" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "begins" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[],
    "told" TEXT NOT NULL,
    "toldAt" TIMESTAMPTZ(3),
    "quiet" TEXT,
    "evidence" JSONB NOT NULL,

    CONSTRAINT "Alert_pkey" PRIMARY KEY ("ruleId","subject")
);

CREATE TABLE "Receiver" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "isPlain" BOOLEAN NOT NULL DEFAULT false,
    "isSigned" BOOLEAN NOT NULL DEFAULT false,
    "mail" JSONB,
    "site" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "nextTryAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "Receiver_pkey" PRIMARY KEY ("id")
);

-- A webhook's address is its password. Sealed as BMC passwords are: web writes the inbox and reads neither.
CREATE TABLE "ReceiverSecret" (
    "receiverId" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReceiverSecret_pkey" PRIMARY KEY ("receiverId")
);
CREATE TABLE "ReceiverInbox" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "receiverId" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReceiverInbox_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "AlertMessage" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "receiverId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "AlertMessage_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Silence" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "range" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Silence_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "AlertRule_name_key" ON "AlertRule"("name");
CREATE UNIQUE INDEX "Receiver_name_key" ON "Receiver"("name");
CREATE INDEX "ReceiverInbox_receiverId_idx" ON "ReceiverInbox"("receiverId");
CREATE INDEX "AlertMessage_receiverId_createdAt_idx" ON "AlertMessage"("receiverId", "createdAt");
CREATE INDEX "AlertMessage_state_idx" ON "AlertMessage"("state");
CREATE INDEX "Silence_until_idx" ON "Silence"("until");

ALTER TABLE "Alert" ADD CONSTRAINT "Alert_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlertRule"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ReceiverSecret" ADD CONSTRAINT "ReceiverSecret_receiverId_fkey" FOREIGN KEY ("receiverId") REFERENCES "Receiver"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ReceiverInbox" ADD CONSTRAINT "ReceiverInbox_receiverId_fkey" FOREIGN KEY ("receiverId") REFERENCES "Receiver"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "AlertMessage" ADD CONSTRAINT "AlertMessage_receiverId_fkey" FOREIGN KEY ("receiverId") REFERENCES "Receiver"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Channel `alerts` (no payload): the conductor that has the duty looks at once.
CREATE FUNCTION alerts_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('alerts', '');
    RETURN NULL;
END $$;
CREATE TRIGGER alert_rule_changed AFTER INSERT OR UPDATE OR DELETE ON "AlertRule" FOR EACH STATEMENT EXECUTE FUNCTION alerts_changed();
CREATE TRIGGER silence_changed AFTER INSERT OR UPDATE OR DELETE ON "Silence" FOR EACH STATEMENT EXECUTE FUNCTION alerts_changed();
CREATE TRIGGER receiver_secret_arrived AFTER INSERT ON "ReceiverInbox" FOR EACH STATEMENT EXECUTE FUNCTION alerts_changed();
CREATE TRIGGER alert_message_arrived AFTER INSERT ON "AlertMessage" FOR EACH STATEMENT EXECUTE FUNCTION alerts_changed();
