using System.Globalization;

namespace Annotator.AppHost.Local.Running;

/// <summary>One of our services, as its build left it, with the environment that Aspire would give it.</summary>
internal sealed class ProjectProcess : WatchedProcess
{
    private readonly ProjectResource _project;
    private readonly int _port;
    private readonly string _host;
    private readonly Func<CancellationToken, Task> _dependencies;

    /// <param name="dependencies">Done when everything the project waits for is there.</param>
    /// <param name="environment">Connections, services and what else the project gets.</param>
    public ProjectProcess(
        ProjectResource project,
        string host,
        int port,
        Func<CancellationToken, Task> dependencies,
        IReadOnlyDictionary<string, string> environment,
        Leftovers leftovers,
        LogStream logs,
        TimeProvider time)
        : base(project.Name, "project", leftovers, logs, time)
    {
        (_project, _host, _port, _dependencies) = (project, host, port, dependencies);
        Environment = new Dictionary<string, string>(environment)
        {
            ["ASPNETCORE_URLS"] = Url,
            ["OTEL_SERVICE_NAME"] = project.Name,
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["DOTNET_gcServer"] = "0",
        };
        Endpoint = EndsByItself ? null : Url;
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://{_host}:{_port}");

    /// <summary>A project with neither health check nor endpoint of interest is a run that ends.</summary>
    protected override bool EndsByItself => _project.HealthPath is null;

    protected override Uri? HealthUrl => _project.HealthPath is { } path
        ? new Uri(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Reachable(_host)}:{_port}")), path)
        : null;

    protected override Task WaitForDependenciesAsync(CancellationToken stop) => _dependencies(stop);

    protected override ChildProcess Start()
    {
        var folder = Path.GetDirectoryName(_project.Metadata.ProjectPath)!;
        return ChildProcess.Start(
            System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Assembly(_project.Metadata.ProjectPath), .. _project.Arguments],
            folder,
            Environment,
            (text, isError) => Say(text, isError));
    }

    /// <summary>artifacts/bin/NAME/CONFIGURATION/NAME.dll, beside our own build and of the same configuration.</summary>
    private static string Assembly(string projectPath)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var name = Path.GetFileNameWithoutExtension(projectPath);
        var assembly = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, $"{name}.dll");
        return File.Exists(assembly)
            ? assembly
            : throw new RunFailedException($"{name} has not been built. Run 'dotnet build' first.");
    }

    private static string Reachable(string host) => host is "0.0.0.0" or "*" or "+" or "[::]" ? "127.0.0.1" : host;
}
