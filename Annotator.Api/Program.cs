using Annotator.Api.Annotations;
using Annotator.Api.CloudStorages;
using Annotator.Api.Datasets;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Jobs;
using Annotator.Api.Json;
using Annotator.Api.Labels;
using Annotator.Api.Lists;
using Annotator.Api.Media;
using Annotator.Api.Models;
using Annotator.Api.Operations;
using Annotator.Api.Projects;
using Annotator.Api.Queues;
using Annotator.Api.Server;
using Annotator.Api.Tasks;
using Annotator.Api.Tracking;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Operations;
using Annotator.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

// The Web, and ingresses, stand on the same machine or in the same private network.
builder.AddTrustedProxies([.. TrustedProxies.Private, .. TrustedProxies.Configured(builder.Configuration)]);
builder.AddNpgsqlDbContext<AnnotatorDbContext>("annotator");

// Redis carries nothing durable: without it the Api goes on, and reconnects.
builder.AddRedisClient("redis", settings => settings.DisableHealthChecks = true, redis => redis.AbortOnConnectFail = false);
builder.Services.AddAnnotatorCore();
builder.Services.AddContractJson().AddErrors().AddLists().AddIdentityFeature().AddProjects().AddTasks().AddContractOpenApi();
builder.AddOperations();
builder.AddAnnotations();
builder.Services.AddCloudStorages(provider => new OutboundClients(() => OutboundHttp.CreateClient(provider), OutboundHttp.RefusalOf));
builder.AddMedia();
builder.AddDatasets();
builder.AddModels();
builder.Services.AddCloudStorageFeature();
builder.Services.AddScoped<RequestLookup>();

var app = builder.Build();
app.UseForwardedHeaders();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseHeadRequests();
app.UseRouting();
app.UseHubTokens();
app.UseIdentityFeature();
app.MapDefaultEndpoints();

var api = app.MapGroup("/api").RequireAuthorization();
api.MapAuth();
api.MapAccessTokens();
api.MapSetup();
api.MapUsers();
api.MapInstance();
api.MapProjects();
api.MapLabels();
api.MapTasks();
api.MapJobs();
api.MapCloudStorages();
api.MapEmptyLists();
api.MapMediaFeature();
api.MapAnnotations();
api.MapTracking();
api.MapDatasets();
api.MapModels();
api.MapQueues();
api.MapLambda();
api.MapRequests();
api.MapServer();
app.MapLive();

await app.RunAsync();
