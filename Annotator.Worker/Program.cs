using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Operations;
using Annotator.ServiceDefaults;
using Annotator.Worker;
using Annotator.Worker.Backups;
using Annotator.Worker.CloudStorages;
using Annotator.Worker.Datasets;
using Annotator.Worker.Maintenance;
using Annotator.Worker.Media;
using Annotator.Worker.Models;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddNpgsqlDbContext<AnnotatorDbContext>("annotator");

if (args.Contains("migrate"))
{
    return await Migrations.RunAsync(builder);
}

// Redis carries nothing durable: without it the worker goes on, and reconnects.
builder.AddRedisClient("redis", settings => settings.DisableHealthChecks = true, redis => redis.AbortOnConnectFail = false);
builder.Services.AddCloudStorages(provider => new OutboundClients(() => OutboundHttp.CreateClient(provider), OutboundHttp.RefusalOf));
builder.AddBlobStore(azure => azure.AddAzureBlobServiceClient("blobs"));
builder.Services.AddInternalCalls(builder.Configuration);
builder.Services.AddMedia();
builder.Services.AddAnnotatorCore();
builder.Services.AddScoped<ExportDelivery>();
builder.Services.AddDatasets();
builder.Services.AddBackups();
builder.Services.AddModels();
builder.Services.AddMaintenance();
builder.AddOperationServers();

// Longer than a Hangfire server's own time to hand its work back.
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));

builder.Services.AddProblemDetails().AddExceptionHandler<CloudFailures>();

var app = builder.Build();
app.UseExceptionHandler();
app.MapDefaultEndpoints();
app.MapFrameMedia();
app.MapModels();
app.MapStoragePreview();
await app.RunAsync();
return 0;
