using System.Globalization;
using Npgsql;

namespace Annotator.AppHost.Local.Running;

/// <summary>
/// A PostgreSQL cluster of our own in the data folder: made on the first run, started on a free port of the loopback address,
/// started again if it dies, stopped in order.
/// </summary>
internal sealed class PostgresProcess(
    string name, IReadOnlyList<string> databases, DataFolder data, Leftovers leftovers, string checkout, LogStream logs, TimeProvider time)
    : RunningResource(name, "postgres", logs, time)
{
    private const string User = "annotator";
    private readonly int _port = Ports.Free();
    private readonly string _password = data.Secret("postgres");

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Password = _password,
        Database = database,
    }.ConnectionString;

    public override async Task RunAsync(CancellationToken stop)
    {
        try
        {
            Endpoint = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_port}");
            Enter(ResourceState.Starting);
            var version = Path.Combine(data.Postgres, "PG_VERSION");
            var binaries = Reachable(PostgresBinaries.Find(checkout, File.Exists(version) ? (await File.ReadAllTextAsync(version, stop)).Trim() : null));
            if (!File.Exists(version))
            {
                await InitialiseAsync(binaries, stop);
            }

            await KeepRunningAsync(binaries, stop);
            Complete(0);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Complete(0);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private async Task KeepRunningAsync(string binaries, CancellationToken stop)
    {
        var backOff = new BackOff(Time);
        while (true)
        {
            using var server = Start(binaries);
            Pid = server.Pid;
            leftovers.Add(server.Pid);
            using var stopOrEnd = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var ended = server.WaitAsync(CancellationToken.None);
            try
            {
                var ready = WaitUntilReadyAsync(stopOrEnd.Token);
                if (await Task.WhenAny(ready, ended) == ready)
                {
                    await ready;
                    BecomeReady();
                }

                await ended.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                Enter(ResourceState.Stopping);
                await server.StopAsync(Unix.SIGINT, TimeSpan.FromSeconds(30));
                return;
            }
            finally
            {
                await stopOrEnd.CancelAsync();
            }

            IsHealthy = false;
            Restarts++;
            Say($"PostgreSQL ended with exit code {server.ExitCode}; it is started again.", isError: true);
            Enter(ResourceState.Starting);
            await backOff.WaitAsync(stop);
        }
    }

    private async Task InitialiseAsync(string binaries, CancellationToken stop)
    {
        Say("Making a database cluster (only on the first run).");

        // Made aside and renamed when whole: an interrupted first run leaves nothing that looks like a cluster.
        var draft = $"{data.Postgres}.new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        var passwordFile = Path.Combine(data.Root, "initdb.password");
        await File.WriteAllTextAsync(passwordFile, _password, stop);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        if (Unix.IsRoot)
        {
            if (!Unix.IsReachableByAll(data.Root))
            {
                throw new RunFailedException(
                    $"PostgreSQL refuses to run as root, and the user nobody cannot enter {data.Root}. Name a folder that it can enter with --data, or run as an ordinary user.");
            }

            Unix.GiveToNobody(draft);
            Unix.GiveToNobody(passwordFile);
        }

        try
        {
            using var initdb = ChildProcess.Start(
                Path.Combine(binaries, PostgresBinaries.Executable("initdb")),
                ["-D", draft, "-U", User, $"--pwfile={passwordFile}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions"],
                data.Root,
                new Dictionary<string, string>(),
                Note,
                Unix.IsRoot);
            try
            {
                await initdb.WaitAsync(stop);
            }
            finally
            {
                await initdb.StopAsync(Unix.SIGTERM, TimeSpan.FromSeconds(5));
            }

            if (initdb.ExitCode != 0)
            {
                throw new RunFailedException($"initdb ended with exit code {initdb.ExitCode}:\n{Logs.Tail(Name, 10)}");
            }

            Directory.Move(draft, data.Postgres);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private ChildProcess Start(string binaries) => ChildProcess.Start(
        Path.Combine(binaries, PostgresBinaries.Executable("postgres")),
        [
            "-D", data.Postgres,
            "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-k", "",
            "-c", "listen_addresses=127.0.0.1",
            "-c", "shared_buffers=128MB",
            "-c", "max_connections=200",
            "-c", "max_wal_size=2GB",
            "-c", "log_checkpoints=off",
        ],
        data.Root,
        new Dictionary<string, string>(),
        (text, _) => Note(text),
        Unix.IsRoot);

    /// <summary>
    /// Waits as long as crash recovery may take: after a power cut with much to replay that is minutes, and "starting up" is
    /// no error.
    /// </summary>
    private async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false;Timeout=5");
                await connection.OpenAsync(limit.Token);
                foreach (var database in databases)
                {
                    await EnsureDatabaseAsync(connection, database, limit.Token);
                }

                return;
            }
            catch (NpgsqlException failure) when (failure is not PostgresException { SqlState: not ("57P03" or "53300") })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
            }
        }
    }

    private static async Task EnsureDatabaseAsync(NpgsqlConnection connection, string database, CancellationToken cancel)
    {
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        if (await exists.ExecuteScalarAsync(cancel) is null)
        {
            // The name comes from AppHost.cs and has passed Aspire's rule for names: letters, digits and hyphens.
            await using var create = new NpgsqlCommand($"create database \"{database}\"", connection);
            await create.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Root's node_modules may be closed to the user nobody; then the binaries are copied beside the data once.</summary>
    private string Reachable(string binaries)
    {
        if (!Unix.IsRoot || Unix.IsReachableByAll(binaries))
        {
            return binaries;
        }

        var native = Path.GetDirectoryName(binaries)!;
        var copy = Path.Combine(data.Root, "postgres-binaries");
        foreach (var file in Directory.EnumerateFiles(native, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(native, file));
            if (!File.Exists(target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        return Path.Combine(copy, "bin");
    }
}
