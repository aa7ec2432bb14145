// What runs and how it is wired. Aspire reads this with -p:UseAspire=true; the local runner in Local/ does otherwise.
var builder = DistributedApplication.CreateBuilder(args);

builder.AddAzureContainerAppEnvironment("annotator-env");

var database = builder.AddAzurePostgresFlexibleServer("postgres")
    .RunAsContainer(postgres => postgres.WithDataVolume())
    .AddDatabase("annotator");

var redis = builder.AddAzureManagedRedis("redis")
    .RunAsContainer(redis => redis.WithDataVolume());

var blobs = builder.AddAzureStorage("storage")
    .RunAsEmulator(azurite => azurite.WithDataVolume())
    .AddBlobs("blobs");

var migrations = builder.AddProject<Projects.Annotator_Worker>("migrations")
    .WithArgs("migrate")
    .WithReference(database).WaitFor(database);

var worker = builder.AddProject<Projects.Annotator_Worker>("worker")
    .WithReference(database).WithReference(redis).WithReference(blobs)
    .WaitForCompletion(migrations).WaitFor(redis).WaitFor(blobs)
    .WithHttpHealthCheck("/health");

// Api asks the worker for frames over HTTP but does not wait for it: everything else works without.
var api = builder.AddProject<Projects.Annotator_Api>("api")
    .WithReference(database).WithReference(redis).WithReference(blobs).WithReference(worker)
    .WaitForCompletion(migrations).WaitFor(redis).WaitFor(blobs)
    .WithHttpHealthCheck("/health");

builder.AddProject<Projects.Annotator_Web>("web")
    .WithReference(api).WaitFor(api)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints();

builder.Build().Run();
