namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource in the making. Covariant, so that any resource with a connection string can be referenced.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }
    T Resource { get; }
}

internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder application, T resource) : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder { get; } = application;
    public T Resource { get; } = resource;
}
