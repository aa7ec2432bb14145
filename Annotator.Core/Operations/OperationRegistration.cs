using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Annotator.Core.Operations;

/// <summary>Registers background work: <c>AddOperations</c> where it is asked for, and the servers where it is done.</summary>
public static class OperationRegistration
{
    public const string HangfireSchema = "hangfire";

    /// <summary>
    /// <see cref="OperationService"/> and what it needs. Takes the connection string <c>annotator</c>, and Redis where an
    /// <c>IConnectionMultiplexer</c> is registered.
    /// </summary>
    public static IHostApplicationBuilder AddOperations(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OperationOptions>()
            .BindConfiguration(OperationOptions.Section)
            .ValidateDataAnnotations()
            .Validate(o => o.Lease >= 3 * o.Heartbeat, "Operations:Lease must be at least three times Operations:Heartbeat.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        // By itself Hangfire keeps one storage for the whole process, so that of two hosts in it one may take the other's database.
        services.AddSingleton<JobStorage>(provider =>
        {
            var options = StorageOptions();
            return new PostgreSqlStorage(new NpgsqlConnectionFactory(ConnectionString(provider.GetRequiredService<IConfiguration>()), options), options);
        });
        services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings());
        services.AddMetrics();
        services.AddSingleton<OperationProgress>();
        services.AddScoped<OperationService>();
        return builder;
    }

    /// <summary>Does the work: one Hangfire server per class of work, and the sweeper. Includes <see cref="AddOperations"/>.</summary>
    public static IHostApplicationBuilder AddOperationServers(this IHostApplicationBuilder builder)
    {
        builder.AddOperations();
        builder.AddOperationRunner();
        builder.Services.AddHostedService<OperationSweeper>();
        var served = builder.Configuration.GetSection(OperationOptions.Section).Get<OperationOptions>() ?? new OperationOptions();
        AddServer(OperationQueue.Interactive, o => o.InteractiveWorkers);
        AddServer(OperationQueue.Media, o => o.MediaWorkers);
        AddServer(OperationQueue.Bulk, o => o.BulkWorkers);
        AddServer(OperationQueue.Inference, o => o.InferenceWorkers);
        return builder;

        // A server takes its queues in the order of their names, so that one of several starves the others: each has its own.
        void AddServer(OperationQueue queue, Func<OperationOptions, int> workers)
        {
            if (!served.Serves(queue))
            {
                return;
            }

            builder.Services.AddHangfireServer((provider, server) =>
            {
                var name = OperationQueues.NameOf(queue);
                server.ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{name}";
                server.Queues = [name];
                server.WorkerCount = workers(provider.GetRequiredService<IOptions<OperationOptions>>().Value);
                server.SchedulePollingInterval = TimeSpan.FromSeconds(2);
                server.ShutdownTimeout = TimeSpan.FromSeconds(10);
                server.CancellationCheckInterval = TimeSpan.FromSeconds(2);
            });
        }
    }

    /// <summary>What runs an operation, without servers: for a process or a test that calls the runner itself.</summary>
    public static IHostApplicationBuilder AddOperationRunner(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OperationTelemetry>();
        builder.Services.AddSingleton<OperationClaim>();
        builder.Services.AddSingleton<IOperationRunner, OperationRunner>();
        return builder;
    }

    public static IServiceCollection AddOperationHandler<T>(this IServiceCollection services)
        where T : class, IOperationHandler => services.AddScoped<IOperationHandler, T>();

    /// <summary>Creates or upgrades Hangfire's own tables; the migrate step does it, nobody else.</summary>
    public static async Task PrepareHangfireAsync(string connectionString, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        PostgreSqlObjectsInstaller.Install(connection, HangfireSchema);
    }

    private static string ConnectionString(IConfiguration configuration) => configuration.GetConnectionString("annotator")
        ?? throw new InvalidOperationException("The connection string 'annotator' is missing.");

    private static PostgreSqlStorageOptions StorageOptions() => new()
    {
        SchemaName = HangfireSchema,
        PrepareSchemaIfNecessary = false,

        // Not sliding, a job longer than the timeout would be started again and again, each start cancelling the one before.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromSeconds(30),
        EnableLongPolling = true,
        QueuePollInterval = TimeSpan.FromSeconds(1),
        JobExpirationCheckInterval = TimeSpan.FromMinutes(30),
    };
}
