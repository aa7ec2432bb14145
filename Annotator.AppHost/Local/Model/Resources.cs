// The part of Aspire's application model that AppHost.cs uses, with Aspire's names and namespaces. The resources only say
// what is wanted; Local/Running starts them.

namespace Aspire.Hosting
{
    /// <summary>Where a project is; implemented by the generated classes in <c>Projects</c>.</summary>
    public interface IProjectMetadata
    {
        string ProjectPath { get; }
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    public interface IResource
    {
        string Name { get; }
    }

    public interface IResourceWithEnvironment : IResource;

    public interface IResourceWithArgs : IResource;

    public interface IResourceWithEndpoints : IResource;

    public interface IResourceWithWaitSupport : IResource;

    public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

    /// <summary>A resource that others reach by <c>ConnectionStrings__{Name}</c>.</summary>
    public interface IResourceWithConnectionString : IResource;

    public abstract class Resource(string name) : IResource
    {
        public string Name { get; } = ResourceName.Check(name);
    }

    /// <summary>One of our services, or a run of one that ends, such as the migrations.</summary>
    public sealed class ProjectResource(string name, IProjectMetadata metadata)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
    {
        internal IProjectMetadata Metadata { get; } = metadata;
        internal List<string> Arguments { get; } = [];
        internal List<IResourceWithConnectionString> Connections { get; } = [];
        internal List<ProjectResource> Services { get; } = [];
        internal List<WaitCondition> Waits { get; } = [];
        internal string? HealthPath { get; set; }
        internal bool IsExternal { get; set; }
    }

    /// <param name="ExitCode">The code to wait for; null means: running and healthy.</param>
    internal sealed record WaitCondition(IResource Dependency, int? ExitCode);

    public sealed class PostgresServerResource(string name) : Resource(name)
    {
        internal bool KeepsData { get; set; }
    }

    public sealed class RedisResource(string name) : Resource(name)
    {
        internal bool KeepsData { get; set; }
    }
}

namespace Aspire.Hosting.Azure
{
    /// <summary>Where the app is published to; nothing runs for it locally, as in Aspire's run mode.</summary>
    public sealed class AzureContainerAppEnvironmentResource(string name) : Resource(name);

    public sealed class AzurePostgresFlexibleServerResource(string name) : Resource(name), IResourceWithConnectionString
    {
        internal PostgresServerResource? Container { get; set; }
        internal List<AzurePostgresFlexibleServerDatabaseResource> Databases { get; } = [];
    }

    public sealed class AzurePostgresFlexibleServerDatabaseResource(
        string name, string databaseName, AzurePostgresFlexibleServerResource server) : Resource(name), IResourceWithConnectionString
    {
        internal string DatabaseName { get; } = databaseName;
        internal AzurePostgresFlexibleServerResource Server { get; } = server;
    }

    public sealed class AzureManagedRedisResource(string name) : Resource(name), IResourceWithConnectionString
    {
        internal RedisResource? Container { get; set; }
    }

    public sealed class AzureStorageResource(string name) : Resource(name)
    {
        internal AzureStorageEmulatorResource? Emulator { get; set; }
    }

    public sealed class AzureStorageEmulatorResource(string name) : Resource(name)
    {
        internal bool KeepsData { get; set; }
    }

    public sealed class AzureBlobStorageResource(string name, AzureStorageResource storage) : Resource(name), IResourceWithConnectionString
    {
        internal AzureStorageResource Storage { get; } = storage;
    }
}
