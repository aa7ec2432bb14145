using Aspire.Hosting.Azure;

namespace Aspire.Hosting;

/// <summary>
/// Postgres, Redis and storage as AppHost.cs asks for them. Signatures are Aspire's; a parameter that the local runner has no
/// use for is refused when somebody passes it, rather than quietly ignored.
/// </summary>
public static class AzureExtensions
{
    /// <summary>Publishing is Aspire's work; in run mode Aspire adds nothing to the model either.</summary>
    public static IResourceBuilder<AzureContainerAppEnvironmentResource> AddAzureContainerAppEnvironment(
        this IDistributedApplicationBuilder builder, string name) =>
        new ResourceBuilder<AzureContainerAppEnvironmentResource>(builder, new AzureContainerAppEnvironmentResource(name));

    public static IResourceBuilder<AzurePostgresFlexibleServerResource> AddAzurePostgresFlexibleServer(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new AzurePostgresFlexibleServerResource(name));

    public static IResourceBuilder<AzurePostgresFlexibleServerResource> RunAsContainer(
        this IResourceBuilder<AzurePostgresFlexibleServerResource> builder,
        Action<IResourceBuilder<PostgresServerResource>>? configureContainer = null)
    {
        var container = new PostgresServerResource(builder.Resource.Name);
        builder.Resource.Container = container;
        configureContainer?.Invoke(new ResourceBuilder<PostgresServerResource>(builder.ApplicationBuilder, container));
        return builder;
    }

    public static IResourceBuilder<AzurePostgresFlexibleServerDatabaseResource> AddDatabase(
        this IResourceBuilder<AzurePostgresFlexibleServerResource> builder, string name, string? databaseName = null)
    {
        var database = new AzurePostgresFlexibleServerDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return builder.ApplicationBuilder.AddResource(database);
    }

    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        RefuseVolumeOptions(name, isReadOnly);
        builder.Resource.KeepsData = true;
        return builder;
    }

    public static IResourceBuilder<AzureManagedRedisResource> AddAzureManagedRedis(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new AzureManagedRedisResource(name));

    public static IResourceBuilder<AzureManagedRedisResource> RunAsContainer(
        this IResourceBuilder<AzureManagedRedisResource> builder,
        Action<IResourceBuilder<RedisResource>>? configureContainer = null)
    {
        var container = new RedisResource(builder.Resource.Name);
        builder.Resource.Container = container;
        configureContainer?.Invoke(new ResourceBuilder<RedisResource>(builder.ApplicationBuilder, container));
        return builder;
    }

    /// <summary>Nothing durable is in Redis (docs/architecture.md), so locally it is kept in memory only.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(
        this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        RefuseVolumeOptions(name, isReadOnly);
        builder.Resource.KeepsData = true;
        return builder;
    }

    public static IResourceBuilder<AzureStorageResource> AddAzureStorage(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddResource(new AzureStorageResource(name));

    public static IResourceBuilder<AzureStorageResource> RunAsEmulator(
        this IResourceBuilder<AzureStorageResource> builder,
        Action<IResourceBuilder<AzureStorageEmulatorResource>>? configureContainer = null)
    {
        var emulator = new AzureStorageEmulatorResource(builder.Resource.Name);
        builder.Resource.Emulator = emulator;
        configureContainer?.Invoke(new ResourceBuilder<AzureStorageEmulatorResource>(builder.ApplicationBuilder, emulator));
        return builder;
    }

    public static IResourceBuilder<AzureStorageEmulatorResource> WithDataVolume(
        this IResourceBuilder<AzureStorageEmulatorResource> builder, string? name = null, bool isReadOnly = false)
    {
        RefuseVolumeOptions(name, isReadOnly);
        builder.Resource.KeepsData = true;
        return builder;
    }

    public static IResourceBuilder<AzureBlobStorageResource> AddBlobs(
        this IResourceBuilder<AzureStorageResource> builder, string name) =>
        builder.ApplicationBuilder.AddResource(new AzureBlobStorageResource(name, builder.Resource));

    private static void RefuseVolumeOptions(string? name, bool isReadOnly)
    {
        if (name is not null || isReadOnly)
        {
            throw new NotSupportedException("The local runner keeps data in its own folder (--data): no volume names, no read-only volumes.");
        }
    }
}
