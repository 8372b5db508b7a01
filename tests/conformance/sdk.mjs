// The official SDK through its flows: node sdk.mjs FLOW; one line of JSON for each call.
import { createRequire } from "node:module";

// The SDK has its address as a constant, so the address is changed on its way out. The
// body stays a string, so that it leaves with its length as it does for real.
const Real = globalThis.Request;
globalThis.Request = class Request extends Real {
  constructor(url, init) {
    super(String(url).replace(/^https:\/\/apitest\.vipps\.no/, process.env.ADDRESS), init);
  }
};

const { Client } = createRequire(process.env.SDK)("@vippsmobilepay/sdk");
const client = Client({
  merchantSerialNumber: process.env.MSN,
  subscriptionKey: process.env.SUBSCRIPTION_KEY,
  useTestMode: true,
  retryRequests: false,
});
const { CLIENT_ID: id, CLIENT_SECRET: secret } = process.env;
const unique = () => `sdk-${crypto.randomUUID()}`;

async function show(name, call) {
  const answer = await call;
  const error = answer.ok ? undefined : (answer.error?.message ?? answer.error);
  console.log(JSON.stringify({ name, ok: answer.ok, data: answer.data, error }));
  if (!answer.ok) process.exit(0);
  return answer.data;
}

const { access_token: token } = await show("token", client.auth.getToken(id, secret));
const amount = { currency: "NOK", value: 1000 };
const customer = { phoneNumber: "4712345678" };

const flows = {
  async payment() {
    const { payment } = client;
    const part = (value) => ({ modificationAmount: { currency: "NOK", value } });
    const { reference } = await show("create", payment.create(token, {
      amount,
      customer,
      paymentMethod: { type: "WALLET" },
      returnUrl: "https://example.com/return",
      userFlow: "WEB_REDIRECT",
      paymentDescription: "A pair of socks",
    }));
    await show("approve", payment.forceApprove(token, reference, { customer }));
    await show("info", payment.info(token, reference));
    await show("capture", payment.capture(token, reference, part(600)));
    await show("refund", payment.refund(token, reference, part(100)));
    await show("cancel", payment.cancel(token, reference));
    await show("history", payment.history(token, reference));
  },

  async recurring() {
    const { agreement, charge } = client.recurring;
    const due = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const one = { amount: 1000, transactionType: "DIRECT_CAPTURE", description: "Socks", due, retryDays: 5 };
    const made = await show("agreement", agreement.create(token, {
      pricing: { type: "LEGACY", amount: 1000, currency: "NOK" },
      interval: { unit: "MONTH", count: 1 },
      merchantRedirectUrl: "https://example.com/redirect",
      merchantAgreementUrl: "https://example.com/agreement",
      productName: "Socks each month",
      phoneNumber: customer.phoneNumber,
    }));
    const agreementId = made.agreementId;
    await show("info", agreement.info(token, agreementId));
    await show("forceAccept", agreement.forceAccept(token, agreementId, customer));
    await show("list", agreement.list(token, "ACTIVE", 1, 1, 10));
    await show("update", agreement.update(token, agreementId, { productName: "Warm socks" }));
    const first = await show("charge", charge.create(token, agreementId, { ...one, orderId: unique() }));
    await show("chargeInfo", charge.info(token, agreementId, first.chargeId));
    await show("chargeById", charge.infoById(token, first.chargeId));
    await show("charges", charge.list(token, agreementId, "PENDING"));
    await show("cancelCharge", charge.cancel(token, agreementId, first.chargeId));
    await show("charge", charge.create(token, agreementId, { ...one, orderId: unique() }));
    await show("batch", charge.createMultiple(token, [{ ...one, agreementId, orderId: unique() }]));
    await show("stop", agreement.update(token, agreementId, { status: "STOPPED" }));
  },

  async webhook() {
    const { webhook } = client;
    const body = { url: "https://example.com/webhook", events: ["epayments.payment.captured.v1"] };
    const made = await show("register", webhook.register(token, body));
    await show("list", webhook.list(token));
    await show("delete", webhook.delete(token, made.id));
  },

  async checkout() {
    const { checkout } = client;
    const reference = unique();
    await show("create", checkout.create(id, secret, {
      merchantInfo: {
        callbackUrl: "https://example.com/callbacks",
        returnUrl: "https://example.com/return",
        callbackAuthorizationToken: "callback-token",
      },
      transaction: { amount, reference, paymentDescription: "A pair of socks" },
    }));
    await show("info", checkout.info(id, secret, reference));
  },
};
await flows[process.argv[2]]();
