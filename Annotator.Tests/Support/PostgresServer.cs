using Annotator.AppHost.Local.Running;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Annotator.Tests.Support;

/// <summary>
/// A PostgreSQL of one's own: a new cluster in a temporary folder on a free port of 127.0.0.1, stopped and removed when
/// disposed. <c>ANNOTATOR_TEST_POSTGRES</c>, a connection string of a superuser, takes its place.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string FolderPrefix = "annotator-postgres-";
    private const string OwnerFile = "owner.pid";
    private const string Superuser = "annotator";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string? _folder;
    private readonly string? _binaries;
    private readonly Process? _process;

    private PostgresServer(string connectionString, string? folder, string? binaries, Process? process)
    {
        ConnectionString = connectionString;
        (_folder, _binaries, _process) = (folder, binaries, process);
    }

    /// <summary>A superuser's connection string, to the database <c>postgres</c> unless the variable names another.</summary>
    public string ConnectionString { get; }

    /// <param name="durable">
    /// False turns off flushing to disk: right for tests, which lose nothing; a benchmark wants the true price.
    /// </param>
    public static async Task<PostgresServer> StartAsync(bool durable, CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable("ANNOTATOR_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return new PostgresServer(given, null, null, null);
        }

        var binaries = PostgresBinaries.Find(AppContext.BaseDirectory, dataVersion: null);
        RemoveLeftovers(binaries);
        var folder = Path.Combine(Path.GetTempPath(), FolderPrefix + Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, OwnerFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), cancel);
        try
        {
            return await StartAsync(folder, binaries, durable, cancel);
        }
        catch
        {
            Stop(folder, binaries);
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static async Task<PostgresServer> StartAsync(string folder, string binaries, bool durable, CancellationToken cancel)
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancel);
        if (NeedsOtherUser)
        {
            Run("chown", ["-R", "nobody", folder]);
        }

        var data = Path.Combine(folder, "data");
        RunAsServerUser(
            Path.Combine(binaries, PostgresBinaries.Executable("initdb")),
            ["-D", data, "-U", Superuser, $"--pwfile={passwordFile}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]);

        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var log = new ConcurrentQueue<string>();
            var process = StartServer(binaries, data, port, durable, log);
            var connectionString = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = Superuser,
                Password = password,
                Database = "postgres",
                IncludeErrorDetail = true,
            }.ConnectionString;
            if (await IsReadyAsync(connectionString, process, cancel))
            {
                return new PostgresServer(connectionString, folder, binaries, process);
            }

            // Somebody took the port between asking and listening.
            if (attempt == 3 || !process.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {string.Join('\n', log)}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null || _binaries is null || _process is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        Stop(_folder, _binaries);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool NeedsOtherUser => OperatingSystem.IsLinux() && Environment.UserName == "root";

    private static Process StartServer(string binaries, string data, int port, bool durable, ConcurrentQueue<string> log)
    {
        List<string> arguments =
        [
            "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=",
            "-c", "shared_buffers=256MB",
            "-c", "max_wal_size=2GB",
            "-c", "max_connections=200",
        ];
        if (!durable)
        {
            arguments.AddRange(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }

        var start = AsServerUser(Path.Combine(binaries, PostgresBinaries.Executable("postgres")), arguments);
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null && log.Count < 1000)
            {
                log.Enqueue(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<bool> IsReadyAsync(string connectionString, Process process, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && clock.Elapsed < StartLimit)
        {
            try
            {
                await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
                await connection.OpenAsync(cancel);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50, cancel);
            }
        }

        return false;
    }

    /// <summary>A run that was killed left its server behind: its folder names an owner that lives no more.</summary>
    private static void RemoveLeftovers(string binaries)
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                if (int.TryParse(File.ReadAllText(Path.Combine(folder, OwnerFile)), out var owner) && !IsAlive(owner))
                {
                    Stop(folder, binaries);
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's, or one that another run is removing just now.
            }
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Stop(string folder, string binaries)
    {
        var data = Path.Combine(folder, "data");
        if (File.Exists(Path.Combine(data, "postmaster.pid")))
        {
            RunAsServerUser(Path.Combine(binaries, PostgresBinaries.Executable("pg_ctl")), ["stop", "-D", data, "-m", "immediate", "-w"], mayFail: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RunAsServerUser(string program, List<string> arguments, bool mayFail = false) =>
        Run(AsServerUser(program, arguments), mayFail);

    private static ProcessStartInfo AsServerUser(string program, List<string> arguments) =>
        NeedsOtherUser
            ? new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", program, .. arguments]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(program, arguments);

    private static void Run(string program, List<string> arguments) => Run(new ProcessStartInfo(program, arguments), mayFail: false);

    private static void Run(ProcessStartInfo start, bool mayFail)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && !mayFail)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        }
    }
}
