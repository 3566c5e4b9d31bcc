// The whole journey of pipeops-tui with Microsoft's SDKs for JavaScript, as their documents call them.
//
// Standard input: the JSON line of `pipeops-tui simulate`. Standard output: a JSON array of {name, error}, one element a
// check, error null where it passed. NODE_EXTRA_CA_CERTS must name the simulator's CA.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";

import armAuthorization from "@azure/arm-authorization";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential, DeviceCodeCredential } from "@azure/identity";
import graphClient from "@microsoft/microsoft-graph-client";
import tokenProviders from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const { AuthorizationManagementClient } = armAuthorization;
const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = graphClient;
const { TokenCredentialAuthenticationProvider } = tokenProviders;

const azure = JSON.parse(await text(process.stdin));
const subscriptionId = azure.subscription_id;
const [SUBSCRIPTION, NO_SLASH] = [`/subscriptions/${subscriptionId}`, `subscriptions/${subscriptionId}`];
const ARM = "https://management.azure.com/.default";
const GRAPH = "https://graph.microsoft.com/.default";
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const CONTRIBUTOR_ID = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`;
const group = `js-${randomUUID()}`;
const signIn = { authorityHost: azure.authority, disableInstanceDiscovery: true };
const results = [];

async function check(name, body) {
  try {
    const value = await body();
    results.push({ name, error: null });
    return value;
  } catch (error) {
    results.push({ name, error: String(error.message ?? error).split("\n")[0] });
    return undefined;
  }
}

async function control(name, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`${azure.base_url}/_simulator/${name}`, options);
  assert.equal(answer.status, 200);
}

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

function resources(credential, options = {}) {
  const addressed = { endpoint: azure.resource_manager, credentialScopes: ARM, ...options };
  return new ResourceManagementClient(credential, subscriptionId, addressed);
}

function access(credential) {
  const addressed = { endpoint: azure.resource_manager, credentialScopes: ARM };
  return new AuthorizationManagementClient(credential, subscriptionId, addressed);
}

function graphOf(credential, scope = GRAPH) {
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: [scope] });
  const customHosts = new Set([new URL(azure.graph).hostname]);
  return Client.initWithMiddleware({ authProvider, baseUrl: azure.graph, customHosts });
}

// Signing in.
const owner = new ClientSecretCredential(azure.tenant_id, azure.owner.client_id, azure.owner.client_secret, signIn);
for (const scope of [ARM, "https://management.core.windows.net//.default", GRAPH, `${azure.graph}/.default`]) {
  await check(`the owner gets a token for ${scope}`, async () => {
    assert.match((await owner.getToken(scope)).token, /^ey/);
  });
}
await check("a scope without /.default is refused", async () => {
  await assert.rejects(owner.getToken("https://management.azure.com/user_impersonation"), /AADSTS1002012/);
});
await check("a wrong secret is refused", async () => {
  const wrong = new ClientSecretCredential(azure.tenant_id, azure.owner.client_id, "wrong", signIn);
  await assert.rejects(wrong.getToken(ARM), /AADSTS7000215/);
});
await check("an unknown tenant is refused", async () => {
  const nowhere = new ClientSecretCredential(randomUUID(), azure.owner.client_id, "wrong", signIn);
  await assert.rejects(nowhere.getToken(ARM), /AADSTS90002|endpoints_resolution_error/);
});
const person = new DeviceCodeCredential({
  ...signIn,
  tenantId: azure.tenant_id,
  userPromptCallback: (code) => control("device-login", { user_code: code.userCode }),
});
const me = await check("the person signs in with a device code and has a /me", async () => {
  const found = await graphOf(person).api("/me").get();
  assert.ok(found.userPrincipalName);
  return found;
});

// Resource groups and resources.
const arm = resources(owner);
await check("a group is not there yet", async () => {
  assert.equal((await arm.resourceGroups.checkExistence(group)).body, false);
});
await check("a group that is not there is an error with its code", async () => {
  await assert.rejects(arm.resourceGroups.get(group), { code: "ResourceGroupNotFound", statusCode: 404 });
});
await check("a group is made", async () => {
  const made = await arm.resourceGroups.createOrUpdate(group, { location: "westeurope", tags: { made: "js" } });
  assert.equal(made.id, `${SUBSCRIPTION}/resourceGroups/${group}`);
  assert.equal(made.properties.provisioningState, "Succeeded");
});
await check("a group is there", async () => {
  assert.equal((await arm.resourceGroups.checkExistence(group)).body, true);
});
await check("a group is updated", async () => {
  assert.deepEqual((await arm.resourceGroups.update(group, { tags: { made: "again" } })).tags, { made: "again" });
});
await check("groups are filtered by tag", async () => {
  const found = await all(arm.resourceGroups.list({ filter: "tagName eq 'made' and tagValue eq 'again'" }));
  assert.ok(found.some((item) => item.name === group));
});
await check("a client that names no scope takes the address for the resource", async () => {
  const plain = new ResourceManagementClient(owner, subscriptionId, { endpoint: azure.resource_manager });
  assert.equal((await plain.resourceGroups.get(group)).name, group);
});
await check("a place that takes no groups is refused", async () => {
  const wrong = arm.resourceGroups.createOrUpdate(`${group}-2`, { location: "mars" });
  await assert.rejects(wrong, { code: "LocationNotAvailableForResourceGroup" });
});
const storage = `${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/jsdata`;
await check("a resource is made by its id", async () => {
  const made = await arm.resources.beginCreateOrUpdateByIdAndWait(storage, "2024-01-01", { location: "westeurope" });
  assert.equal(made.type, "Microsoft.Storage/storageAccounts");
});
await check("a resource is read by its id", async () => {
  assert.equal((await arm.resources.getById(storage, "2024-01-01")).name, "jsdata");
});
await check("a resource is listed in its group with what is expanded", async () => {
  const [item] = await all(arm.resources.listByResourceGroup(group, { expand: "createdTime,provisioningState" }));
  assert.equal(item.name, "jsdata");
  assert.ok(item.createdTime instanceof Date);
});
await check("resources are filtered by type", async () => {
  const filter = "resourceType eq 'Microsoft.Storage/storageAccounts' and name eq 'jsdata'";
  assert.deepEqual((await all(arm.resources.list({ filter }))).map((item) => item.name), ["jsdata"]);
});
await check("resources are listed page by page", async () => {
  const pages = [];
  for await (const page of arm.resources.list({ top: 1 }).byPage()) pages.push(page.length);
  assert.ok(pages.length > 1);
});
await check("a filter that means nothing is refused", async () => {
  await assert.rejects(all(arm.resources.list({ filter: "nonsense" })), { code: "InvalidFilterInQueryString" });
});
await check("a resource is deleted by its id", async () => {
  await arm.resources.beginDeleteByIdAndWait(storage, "2024-01-01");
  assert.deepEqual(await all(arm.resources.listByResourceGroup(group)), []);
});
await check("a provider is shown", async () => {
  assert.equal((await arm.providers.get("Microsoft.ContainerService")).registrationState, "Registered");
});
await check("a provider is registered", async () => {
  assert.match((await arm.providers.register("Microsoft.Compute")).registrationState, /^Register/);
});
await check("providers are listed", async () => {
  assert.ok((await all(arm.providers.list())).length > 5);
});
await check("an unknown provider is an error with its code", async () => {
  await assert.rejects(arm.providers.get("Microsoft.Nowhere"), { code: "InvalidResourceNamespace" });
});

// The directory.
const graph = graphOf(owner);
await check("the organization is the tenant", async () => {
  const found = await graph.api("/organization").select(["id", "displayName"]).get();
  assert.deepEqual(found.value.map((item) => item.id), [azure.tenant_id]);
});
const uniqueName = `js-${randomUUID()}`;
await check("an application is made by its unique name, and only once", async () => {
  const path = `/applications(uniqueName='${uniqueName}')`;
  const body = { displayName: group, signInAudience: "AzureADMyOrg", tags: ["js"] };
  const upsert = () => graph.api(path).header("Prefer", "create-if-missing").patch(body);
  assert.ok((await upsert()).appId);
  await upsert();
  assert.equal((await graph.api("/applications").filter(`displayName eq '${group}'`).get()).value.length, 1);
});
const application = await check("an application is read with selected properties in any case", async () => {
  const found = await graph.api(`/applications(uniqueName='${uniqueName}')`).select(["Id", "APPID"]).get();
  assert.deepEqual(Object.keys(found), ["@odata.context", "id", "appId"]);
  return found;
});
const appPath = `/applications/${application?.id}`;
const principal = await check("a service principal is made", async () => {
  const made = await graph.api("/servicePrincipals").post({ appId: application.appId });
  assert.equal(made.appOwnerOrganizationId, azure.tenant_id);
  return made;
});
await check("a second service principal is refused", async () => {
  const again = graph.api("/servicePrincipals").post({ appId: application.appId });
  await assert.rejects(again, { statusCode: 409, code: "Request_MultipleObjectsWithSameKeyValue" });
});
const password = await check("a secret is added and keeps its times", async () => {
  const endDateTime = "2031-05-06T07:08:09.1234567Z";
  const passwordCredential = { displayName: "PipeOps secret", endDateTime };
  const made = await graph.api(`${appPath}/addPassword`).post({ passwordCredential });
  assert.equal(made.endDateTime, endDateTime);
  assert.equal(made.secretText.length, 40);
  return made;
});
await check("a secret is never shown again", async () => {
  const [kept] = (await graph.api(appPath).get()).passwordCredentials;
  assert.deepEqual([kept.keyId, kept.secretText], [password.keyId, null]);
});
await check("owners are expanded", async () => {
  const found = await graph.api("/applications").filter(`displayName eq '${group}'`).expand("owners").get();
  assert.equal(found.value[0].owners.length, 1);
});
await check("an owner is added and removed", async () => {
  const reference = { "@odata.id": `${azure.graph}/v1.0/directoryObjects/${me.id}` };
  await graph.api(`${appPath}/owners/$ref`).post(reference);
  assert.equal((await graph.api(`${appPath}/owners`).get()).value.length, 2);
  await graph.api(`${appPath}/owners/${me.id}/$ref`).delete();
  assert.equal((await graph.api(`${appPath}/owners`).get()).value.length, 1);
});
await check("owners of a service principal are listed", async () => {
  assert.equal((await graph.api(`/servicePrincipals/${principal.id}/owners`).get()).value.length, 1);
});
await check("a federated credential is added, listed and removed", async () => {
  const path = `${appPath}/federatedIdentityCredentials`;
  const audiences = ["api://AzureADTokenExchange"];
  const made = await graph.api(path).post({ name: "ci", issuer: "https://ci.example", subject: "main", audiences });
  assert.equal((await graph.api(path).get()).value.length, 1);
  await graph.api(`${path}/${made.id}`).delete();
  assert.deepEqual((await graph.api(path).get()).value, []);
});
await check("pages are followed", async () => {
  let seen = 0;
  const first = await graph.api("/applications").top(1).select("id").get();
  await new PageIterator(graph, first, () => { seen += 1; return true; }).iterate();
  assert.ok(seen > 2);
});
await check("entities are ordered", async () => {
  const found = (await graph.api("/applications").orderby("displayName desc").select("displayName").get()).value;
  const names = found.map((item) => item.displayName.toLowerCase());
  assert.deepEqual(names, [...names].sort().reverse());
});
for (const [what, query] of [["$orderby", "$orderby=colour"], ["$select", "$select=colour"], ["$expand", "$expand=colours"]]) {
  await check(`an unknown property in ${what} is refused`, async () => {
    await assert.rejects(graph.api(`/applications?${query}`).get(), { statusCode: 400 });
  });
}
await check("objects are found by their ids", async () => {
  const found = await graph.api("/directoryObjects/getByIds").post({ ids: [principal.id], types: ["servicePrincipal"] });
  assert.equal(found.value[0].appId, application.appId);
});
await check("a batch answers each of its requests", async () => {
  const content = new BatchRequestContent([
    { id: "1", request: new Request(`${azure.graph}/organization`, { method: "GET" }) },
    { id: "2", request: new Request(`${azure.graph}${appPath}`, { method: "GET" }) },
  ]);
  const answer = new BatchResponseContent(await graph.api("/$batch").post(await content.getContent()));
  assert.equal(answer.getResponseById("1").status, 200);
  assert.equal((await answer.getResponseById("2").json()).appId, application.appId);
});
await check("a group is made by the person, and found", async () => {
  const body = { displayName: group, mailEnabled: false, mailNickname: "js", securityEnabled: true };
  const made = await graphOf(person).api("/groups").post(body);
  assert.equal((await graphOf(person).api(`/groups/${made.id}`).get()).displayName, group);
  await graphOf(person).api(`/groups/${made.id}`).delete();
});
await check("a token for Resource Manager is refused by Graph", async () => {
  await assert.rejects(graphOf(owner, ARM).api("/organization").get(), { code: "InvalidAuthenticationToken" });
});
await check("a token for Graph is refused by Resource Manager", async () => {
  const wrong = resources(owner, { credentialScopes: GRAPH });
  await assert.rejects(wrong.resourceGroups.get(group), { code: "InvalidAuthenticationTokenAudience" });
});

// Access. The documents of the SDK write scopes without a slash before them; ids begin with one.
const authorization = access(owner);
for (const [spelling, subscription] of [["with a slash", SUBSCRIPTION], ["without a slash", NO_SLASH]]) {
  const scope = `${subscription}/resourceGroups/${group}`;
  await check(`a role is found by its name, scope ${spelling}`, async () => {
    const found = await all(authorization.roleDefinitions.list(scope, { filter: "roleName eq 'Contributor'" }));
    assert.deepEqual(found.map((role) => role.name), [CONTRIBUTOR]);
  });
  await check(`a role is read, scope ${spelling}`, async () => {
    assert.equal((await authorization.roleDefinitions.get(scope, CONTRIBUTOR)).roleName, "Contributor");
  });
  await check(`a role that is no GUID is refused, scope ${spelling}`, async () => {
    const wrong = authorization.roleDefinitions.get(scope, "not-a-guid");
    await assert.rejects(wrong, { code: "InvalidRoleDefinitionId", statusCode: 400 });
  });
  await check(`deny assignments are listed, scope ${spelling}`, async () => {
    assert.deepEqual(await all(authorization.denyAssignments.listForScope(scope)), []);
  });
  await check(`eligible roles are listed, scope ${spelling}`, async () => {
    const found = authorization.roleEligibilityScheduleInstances.listForScope(scope, { filter: "asTarget()" });
    assert.deepEqual(await all(found), []);
  });
  const name = randomUUID();
  const parameters = { roleDefinitionId: CONTRIBUTOR_ID, principalId: principal?.id, principalType: "ServicePrincipal" };
  await check(`a role is assigned, scope ${spelling}`, async () => {
    const made = await authorization.roleAssignments.create(scope, name, parameters);
    assert.equal(made.scope, `${SUBSCRIPTION}/resourceGroups/${group}`);
  });
  await check(`the same assignment again is refused, scope ${spelling}`, async () => {
    const again = authorization.roleAssignments.create(scope, randomUUID(), parameters);
    await assert.rejects(again, { code: "RoleAssignmentExists", statusCode: 409 });
  });
  await check(`assignments of a principal are listed, scope ${spelling}`, async () => {
    const filter = `principalId eq '${principal.id}'`;
    const found = await all(authorization.roleAssignments.listForScope(scope, { filter }));
    assert.deepEqual(found.map((item) => item.name), [name]);
  });
  await check(`an assignment is read, scope ${spelling}`, async () => {
    assert.equal((await authorization.roleAssignments.get(scope, name)).principalId, principal.id);
  });
  await check(`an assignment is removed, scope ${spelling}`, async () => {
    assert.equal((await authorization.roleAssignments.delete(scope, name)).name, name);
    await assert.rejects(authorization.roleAssignments.get(scope, name), { statusCode: 404 });
  });
  await check(`a custom role is made and removed, scope ${spelling}`, async () => {
    const role = { roleName: `js ${name}`, roleType: "CustomRole", permissions: [{ actions: ["*/read"] }],
                   assignableScopes: [SUBSCRIPTION] };
    const made = await authorization.roleDefinitions.createOrUpdate(scope, randomUUID(), role);
    assert.equal(made.roleType, "CustomRole");
    await authorization.roleDefinitions.delete(scope, made.name);
    await assert.rejects(authorization.roleDefinitions.get(scope, made.name), { code: "RoleDefinitionDoesNotExist" });
  });
}
const assignmentId = `${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Authorization/roleAssignments/`;
const assigned = await check("a role is assigned by the id of the assignment", async () =>
  authorization.roleAssignments.createById(`${assignmentId}${randomUUID()}`, {
    roleDefinitionId: CONTRIBUTOR_ID, principalId: principal.id, principalType: "ServicePrincipal",
  }));
await check("a role is read by its id", async () => {
  assert.equal((await authorization.roleDefinitions.getById(CONTRIBUTOR_ID)).name, CONTRIBUTOR);
});
await check("an assignment is read by its id", async () => {
  assert.equal((await authorization.roleAssignments.getById(assigned.id)).principalId, principal.id);
});
await check("assignments of the subscription are listed", async () => {
  const found = await all(authorization.roleAssignments.listForSubscription({ filter: `principalId eq '${principal.id}'` }));
  assert.deepEqual(found.map((item) => item.id), [assigned.id]);
});
await check("assignments of the group are listed", async () => {
  const found = await all(authorization.roleAssignments.listForResourceGroup(group, { filter: "atScope()" }));
  assert.ok(found.some((item) => item.id === assigned.id));
});
await check("permissions in the group are listed", async () => {
  const held = await all(authorization.permissions.listForResourceGroup(group));
  assert.ok(held.some((item) => item.actions.includes("*")));
});

// The test sign-in with the new credentials.
const made = new ClientSecretCredential(azure.tenant_id, application?.appId, password?.secretText, signIn);
await check("the new application reads its group", async () => {
  assert.equal((await resources(made).resourceGroups.get(group)).name, group);
});
await check("the new application sees no other group", async () => {
  await assert.rejects(resources(made).resourceGroups.get("data-rg"), { code: "AuthorizationFailed", statusCode: 403 });
});
await check("the new application cannot assign roles", async () => {
  const wrong = access(made).roleAssignments.create(`${NO_SLASH}/resourceGroups/${group}`, randomUUID(), {
    roleDefinitionId: CONTRIBUTOR_ID, principalId: azure.owner.client_id, principalType: "ServicePrincipal",
  });
  await assert.rejects(wrong, { code: "AuthorizationFailed" });
});
await check("the new application cannot list applications", async () => {
  await assert.rejects(graphOf(made).api("/applications").get(), { code: "Authorization_RequestDenied" });
});

// Undoing it.
await check("the assignment is removed by its id", async () => {
  assert.equal((await authorization.roleAssignments.deleteById(assigned.id)).name, assigned.name);
});
await check("the secret is removed and does not sign in", async () => {
  await graph.api(`${appPath}/removePassword`).post({ keyId: password.keyId });
  const late = new ClientSecretCredential(azure.tenant_id, application.appId, password.secretText, signIn);
  await assert.rejects(late.getToken(ARM), /AADSTS7000215/);
});
await check("the application is deleted and purged", async () => {
  await graph.api(appPath).delete();
  await assert.rejects(graph.api(appPath).get(), { statusCode: 404 });
  await graph.api(`/directory/deletedItems/${application.id}`).delete();
});
await check("the group is deleted", async () => {
  const poller = await arm.resourceGroups.beginDelete(group);
  await poller.poll();
  assert.equal(poller.isDone(), false);
  await control("clock", { advance_s: 60 });
  while (!poller.isDone()) await poller.poll();
  assert.equal((await arm.resourceGroups.checkExistence(group)).body, false);
});

process.stdout.write(JSON.stringify(results));
