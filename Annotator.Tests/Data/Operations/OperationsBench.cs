using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Annotator.Tests.Data.Operations;

/// <summary>Operations on a database of their own, with a handler whose work each test writes.</summary>
public sealed class OperationsBench(DatabaseTemplate template) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private DirectoryInfo _folder = null!;
    private IHost _host = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    public ScriptedHandler Handler { get; } = new();
    public IServiceProvider Services => _host.Services;
    public IOperationRunner Runner => Services.GetRequiredService<IOperationRunner>();
    public IBlobStore Blobs => Services.GetRequiredService<IBlobStore>();

    public async ValueTask InitializeAsync()
    {
        _database = await template.CreateAsync();
        _folder = Directory.CreateTempSubdirectory("annotator-operations-");
        _host = Build(Time, servers: false);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        _folder.Delete(recursive: true);
        await _database.DisposeAsync();
    }

    public IHost Build(TimeProvider time, bool servers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:annotator"] = _database.ConnectionString,
            ["Operations:Heartbeat"] = "00:00:00.1",
            ["Operations:Attempts"] = "3",
        });
        builder.Services.AddSingleton(time);
        builder.Services.AddDbContextPool<AnnotatorDbContext>(o => o.UseNpgsql(_database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()).RefuseAmbiguousRows());
        builder.Services.AddSingleton<IBlobStore>(new FolderBlobStore(_folder.FullName));
        builder.Services.AddScoped<IOperationHandler>(_ => Handler);
        if (servers)
        {
            builder.AddOperationServers();
        }
        else
        {
            builder.AddOperations();
            builder.AddOperationRunner();
            builder.Services.AddSingleton<OperationSweeper>();
        }

        return builder.Build();
    }

    public async Task<T> AskAsync<T>(Func<OperationService, Task<T>> ask)
    {
        await using var scope = Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<OperationService>());
    }

    public Task<Operation?> StartAsync(string key = "action=export&target=task&target_id=7", string type = "export:dataset") =>
        AskAsync(service => service.StartAsync(
            new OperationRequest { Key = key, Type = type, Target = "task", TaskId = 7, OwnerId = 1 }, TestContext.Current.CancellationToken));

    public async Task<Operation> ReadAsync(Guid id)
    {
        await using var db = _database.CreateContext();
        return await db.Operations.SingleAsync(row => row.Id == id, TestContext.Current.CancellationToken);
    }

    public async Task<int> CountAsync()
    {
        await using var db = _database.CreateContext();
        return await db.Operations.CountAsync(TestContext.Current.CancellationToken);
    }

    public async Task ChangeAsync(Guid id, Action<Operation> change)
    {
        await using var db = _database.CreateContext();
        change(await db.Operations.SingleAsync(row => row.Id == id, TestContext.Current.CancellationToken));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    public AnnotatorDbContext CreateContext() => _database.CreateContext();

    public Task SweepAsync() => Services.GetRequiredService<OperationSweeper>().SweepAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets fake time pass in steps until the work is done.</summary>
    public async Task PassTimeUntilAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(work, Task.Delay(5, TestContext.Current.CancellationToken));
        }

        await work;
    }
}

/// <summary>A handler that does what the test says.</summary>
public sealed class ScriptedHandler : IOperationHandler
{
    private int _runs;

    public IReadOnlyCollection<string> Types { get; } = ["export:dataset", "create:task"];
    public int Runs => _runs;
    public Func<Operation, OperationContext, Task> Work { get; set; } = (_, _) => Task.CompletedTask;

    public Task RunAsync(Operation operation, OperationContext context)
    {
        Interlocked.Increment(ref _runs);
        return Work(operation, context);
    }
}
