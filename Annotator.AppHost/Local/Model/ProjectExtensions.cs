namespace Aspire.Hosting;

/// <summary>Projects, references and waits as AppHost.cs asks for them; signatures are Aspire's.</summary>
public static class ProjectExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddResource(new ProjectResource(name, new TProject()));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs
    {
        Project(builder.Resource).Arguments.AddRange(args);
        return builder;
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        if (connectionName is not null || optional)
        {
            throw new NotSupportedException("The local runner names a connection after its resource, and every one is there.");
        }

        Project(builder.Resource).Connections.Add(source.Resource);
        return builder;
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        Project(builder.Resource).Services.Add(Project(source.Resource));
        return builder;
    }

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        Project(builder.Resource).Waits.Add(new WaitCondition(dependency.Resource, ExitCode: null));
        return builder;
    }

    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        Project(builder.Resource).Waits.Add(new WaitCondition(Project(dependency.Resource), exitCode));
        return builder;
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        if (statusCode is not (null or 200) || endpointName is not (null or "http"))
        {
            throw new NotSupportedException("The local runner checks for 200 on the one endpoint that a project has, http.");
        }

        Project(builder.Resource).HealthPath = path ?? "/";
        return builder;
    }

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        Project(builder.Resource).IsExternal = true;
        return builder;
    }

    private static ProjectResource Project(IResource resource) =>
        resource as ProjectResource
        ?? throw new NotSupportedException($"The local runner knows this of projects only, and '{resource.Name}' is none.");
}
