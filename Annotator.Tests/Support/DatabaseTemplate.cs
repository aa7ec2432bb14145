using Annotator.Core;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

[assembly: AssemblyFixture(typeof(DatabaseTemplate))]

namespace Annotator.Tests.Support;

/// <summary>
/// One PostgreSQL for the run, started when the first test asks for a database, and one migrated database in it that all
/// others are copied from.
/// </summary>
public sealed class DatabaseTemplate : IAsyncDisposable
{
    private const string TemplateName = "annotator_template";
    private readonly SemaphoreSlim _one = new(1);
    private readonly string _run = Guid.CreateVersion7().ToString("N")[^8..];
    private PostgresServer? _server;
    private int _made;

    /// <summary>A new, migrated, empty database. The caller disposes it.</summary>
    public async Task<TestDatabase> CreateAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_server is null)
            {
                _server = await PostgresServer.StartAsync(durable: false, CancellationToken.None);
                await MigrateTemplateAsync(_server);
            }

            var name = $"annotator_{_run}_{++_made}";
            await ExecuteAsync(_server.ConnectionString, $"CREATE DATABASE {name} TEMPLATE {TemplateName}_{_run}");
            return new TestDatabase(_server.ConnectionString, name);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync(_server.ConnectionString, $"DROP DATABASE IF EXISTS {TemplateName}_{_run} WITH (FORCE)");
            await _server.DisposeAsync();
        }

        _one.Dispose();
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task MigrateTemplateAsync(PostgresServer server)
    {
        await ExecuteAsync(server.ConnectionString, $"CREATE DATABASE {TemplateName}_{_run}");
        var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = $"{TemplateName}_{_run}", Pooling = false }.ConnectionString;
        await using var db = new AnnotatorDbContext(new DbContextOptionsBuilder<AnnotatorDbContext>().UseNpgsql(connectionString).Options);
        if (db.Database.HasPendingModelChanges())
        {
            throw new InvalidOperationException("The entities have changes that no migration makes: run Annotator.Core/Migrations/regenerate.sh.");
        }

        await db.Database.MigrateAsync();
        await OperationRegistration.PrepareHangfireAsync(connectionString, CancellationToken.None);
    }
}

/// <summary>A migrated database of one's own.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _serverConnectionString;
    private readonly string _name;
    private readonly DbContextOptions<AnnotatorDbContext> _options;

    internal TestDatabase(string serverConnectionString, string name)
    {
        (_serverConnectionString, _name) = (serverConnectionString, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(serverConnectionString) { Database = name }.ConnectionString;
        _options = new DbContextOptionsBuilder<AnnotatorDbContext>()
            .UseNpgsql(ConnectionString, npgsql => npgsql.EnableRetryOnFailure())
            .RefuseAmbiguousRows()
            .Options;
    }

    public string ConnectionString { get; }

    /// <summary>A context as the services get it: with retries on.</summary>
    public AnnotatorDbContext CreateContext() => new(_options);

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await DatabaseTemplate.ExecuteAsync(_serverConnectionString, $"DROP DATABASE {_name} WITH (FORCE)");
    }
}

/// <summary>The database of a test class: <c>IClassFixture&lt;DatabaseFixture&gt;</c>.</summary>
public sealed class DatabaseFixture(DatabaseTemplate template) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Database = await template.CreateAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>Turns what Entity Framework only warns of into failures.</summary>
internal static class StrictQueries
{
    /// <summary>A query that takes some of the rows must say which: it fails where it has no order.</summary>
    public static T RefuseAmbiguousRows<T>(this T options)
        where T : DbContextOptionsBuilder
    {
        options.ConfigureWarnings(warnings => warnings.Throw(
            CoreEventId.RowLimitingOperationWithoutOrderByWarning, CoreEventId.FirstWithoutOrderByAndFilterWarning));
        return options;
    }

    public static void RefuseAmbiguousRows(this IServiceCollection services) =>
        services.ConfigureDbContext<AnnotatorDbContext>(options => options.RefuseAmbiguousRows());
}
