using Annotator.AppHost.Local.Running;

namespace Aspire.Hosting;

/// <summary>Collects resources; the part of Aspire's builder that AppHost.cs uses.</summary>
public interface IDistributedApplicationBuilder
{
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}

/// <summary>The whole system, run as plain processes on this machine.</summary>
public sealed class DistributedApplication
{
    private readonly IReadOnlyList<IResource> _resources;
    private readonly string[] _args;

    private DistributedApplication(IReadOnlyList<IResource> resources, string[] args) => (_resources, _args) = (resources, args);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new Builder(args);

    /// <summary>Runs until Ctrl+C, SIGTERM or a failure that cannot be mended; the process's exit code says which.</summary>
    public void Run() => Environment.ExitCode = LocalHost.RunAsync(_resources, _args).GetAwaiter().GetResult();

    private sealed class Builder(string[] args) : IDistributedApplicationBuilder
    {
        private readonly List<IResource> _resources = [];

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource
        {
            if (_resources.Any(existing => string.Equals(existing.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new InvalidOperationException($"There is a resource named '{resource.Name}' already.");
            }

            _resources.Add(resource);
            return new ResourceBuilder<T>(this, resource);
        }

        public DistributedApplication Build() => new(_resources, args);
    }
}
