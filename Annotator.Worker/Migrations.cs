using Annotator.Core;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Annotator.Worker;

/// <summary>
/// The step <c>migrate</c>: brings the database and Hangfire's tables up to date and ends. It may run again at any time,
/// and twice at once.
/// </summary>
internal static partial class Migrations
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(WebApplicationBuilder builder)
    {
        await using var app = builder.Build();
        await using var scope = app.Services.CreateAsyncScope();
        var log = scope.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Annotator.Worker.Migrations");
        var time = scope.ServiceProvider.GetRequiredService<TimeProvider>();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var cancel = app.Lifetime.ApplicationStopping;

        await WaitForDatabaseAsync(db.Database.GetConnectionString()!, time, cancel);
        await CreateDatabaseAsync(db, cancel);

        // EF Core locks for its own part; Hangfire's tables are made by one at a time, too.
        await using var one = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        await one.OpenAsync(cancel);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('annotator.migrate'))", one) { CommandTimeout = 0 };
        await take.ExecuteNonQueryAsync(cancel);
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToList();
        LogPending(log, pending.Count);
        await db.Database.MigrateAsync(cancel);
        await OperationRegistration.PrepareHangfireAsync(db.Database.GetConnectionString()!, cancel);
        LogDone(log);
        return 0;
    }

    private static async Task CreateDatabaseAsync(AnnotatorDbContext db, CancellationToken cancel)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        try
        {
            if (!await creator.ExistsAsync(cancel))
            {
                await creator.CreateAsync(cancel);
            }
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another one made it in the same moment.
        }
    }

    /// <summary>A server that starts, or recovers from a crash, refuses for a while; that is no error.</summary>
    private static async Task WaitForDatabaseAsync(string connectionString, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancel);
                return;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                // The server is there; the database is EF Core's to create.
                return;
            }
            catch (NpgsqlException error) when (IsStarting(error) && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
    }

    private static bool IsStarting(NpgsqlException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } or not PostgresException;

    [LoggerMessage(LogLevel.Information, "{Count} migrations to run")]
    private static partial void LogPending(ILogger log, int count);

    [LoggerMessage(LogLevel.Information, "The database is up to date")]
    private static partial void LogDone(ILogger log);
}
