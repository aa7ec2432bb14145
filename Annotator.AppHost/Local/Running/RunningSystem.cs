using System.Globalization;
using Aspire.Hosting.Azure;

namespace Annotator.AppHost.Local.Running;

/// <summary>Turns the model into things that run, wired with connection strings and addresses.</summary>
internal sealed class RunningSystem : IDisposable
{
    private readonly Dictionary<RunningResource, CancellationTokenSource> _stops = [];
    private readonly Dictionary<IResource, RunningResource> _runningOf = [];

    public List<RunningResource> Resources { get; } = [];

    /// <summary>Where the browser goes: the project with external endpoints.</summary>
    public string PublicUrl { get; private set; } = "";

    public static RunningSystem Create(
        IReadOnlyList<IResource> model,
        RunOptions options,
        DataFolder data,
        Leftovers leftovers,
        string checkout,
        string setupToken,
        LogStream logs,
        TimeProvider time)
    {
        var system = new RunningSystem();
        var connections = new Dictionary<IResource, string>();
        foreach (var server in model.OfType<AzurePostgresFlexibleServerResource>())
        {
            var postgres = new PostgresProcess(server.Name, [.. server.Databases.Select(d => d.DatabaseName)], data, leftovers, checkout, logs, time);
            system.Add(postgres, [server, .. server.Databases]);
            foreach (var database in server.Databases)
            {
                connections[database] = postgres.ConnectionString(database.DatabaseName);
            }
        }

        foreach (var redis in model.OfType<AzureManagedRedisResource>())
        {
            var server = new RedisServer(redis.Name, logs, time);
            system.Add(server, [redis]);
            connections[redis] = server.ConnectionString;
        }

        foreach (var blobs in model.OfType<AzureBlobStorageResource>())
        {
            if (options.Azurite)
            {
                var azurite = new AzuriteProcess(blobs.Name, data, leftovers, checkout, logs, time);
                system.Add(azurite, [blobs, blobs.Storage]);
                connections[blobs] = azurite.ConnectionString;
            }
            else
            {
                var folder = new BlobFolder(blobs.Name, data, logs, time);
                system.Add(folder, [blobs, blobs.Storage]);
                connections[blobs] = folder.ConnectionString;
            }
        }

        system.AddProjects([.. model.OfType<ProjectResource>()], connections, options, data, leftovers, setupToken, logs, time);
        return system;
    }

    /// <summary>A token of the resource's own, so that the end comes in order: services first, then what they stand on.</summary>
    public CancellationToken StopOf(RunningResource resource, CancellationToken stop) =>
        resource is ProjectProcess
            ? (_stops[resource] = CancellationTokenSource.CreateLinkedTokenSource(stop)).Token
            : (_stops[resource] = new CancellationTokenSource()).Token;

    /// <summary>Stops the services, waits for them, and then stops databases and stores.</summary>
    public async Task StopAsync()
    {
        var projects = Resources.OfType<ProjectProcess>().ToList();
        await Task.WhenAll(projects.Select(project => _stops[project].CancelAsync()));
        Task ended = Task.WhenAll(projects.Select(project => project.Completed));
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var resource in Resources.Except(projects))
        {
            await _stops[resource].CancelAsync();
        }
    }

    public void Dispose()
    {
        foreach (var stop in _stops.Values)
        {
            stop.Dispose();
        }
    }

    private void AddProjects(
        IReadOnlyList<ProjectResource> projects,
        Dictionary<IResource, string> connections,
        RunOptions options,
        DataFolder data,
        Leftovers leftovers,
        string setupToken,
        LogStream logs,
        TimeProvider time)
    {
        var ports = projects.ToDictionary(project => project, project => !project.IsExternal
            ? Ports.Free()
            : options.Port is { } port
                ? Ports.IsFree(port) ? port : throw new RunFailedException($"Port {port} is in use. Stop what listens there, or name another with --port.")
                : Ports.FreeFrom(RunOptions.DefaultPort));

        foreach (var project in projects)
        {
            var environment = new Dictionary<string, string>
            {
                ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={project.Name}",
                ["Setup__Token"] = setupToken,
            };
            if (project.IsExternal)
            {
                // What it has given out, such as the form of an open page, stays good when it starts again.
                environment["DataProtection__Folder"] = data.Keys(project.Name);
            }

            foreach (var connection in project.Connections)
            {
                environment[$"ConnectionStrings__{connection.Name}"] = connections[connection];
            }

            foreach (var service in project.Services)
            {
                var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[service]}");
                environment[$"services__{service.Name}__http__0"] = url;
                environment[$"{service.Name.ToUpperInvariant().Replace('-', '_')}_HTTP"] = url;
            }

            var running = new ProjectProcess(
                project,
                project.IsExternal ? options.Host : "127.0.0.1",
                ports[project],
                cancel => WaitAsync(project, cancel),
                environment,
                leftovers,
                logs,
                time);
            Add(running, [project]);
            if (project.IsExternal)
            {
                PublicUrl = running.Url.Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal);
            }
        }
    }

    private async Task WaitAsync(ProjectResource project, CancellationToken cancel)
    {
        foreach (var wait in project.Waits)
        {
            var dependency = _runningOf[wait.Dependency];
            if (wait.ExitCode is not { } expected)
            {
                await dependency.Ready.WaitAsync(cancel);
            }
            else if (await dependency.Completed.WaitAsync(cancel) is var code && code != expected)
            {
                throw new RunFailedException($"{dependency.Name} ended with exit code {code}, and {project.Name} needs it to end with {expected}.");
            }
        }
    }

    private void Add(RunningResource running, IEnumerable<IResource> resources)
    {
        Resources.Add(running);
        foreach (var resource in resources)
        {
            _runningOf[resource] = running;
        }
    }
}
