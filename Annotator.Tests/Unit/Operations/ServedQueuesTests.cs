using Annotator.Core.Operations;
using Hangfire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Annotator.Tests.Unit.Operations;

/// <summary>Which worker takes which class of work: machines with a GPU run models and nothing else.</summary>
public sealed class ServedQueuesTests
{
    [Theory]
    [InlineData("autoannotate:task", "task", OperationQueue.Inference)]
    [InlineData("autoannotate:task", "job", OperationQueue.Inference)]
    [InlineData("check:model", "model", OperationQueue.Inference)]
    [InlineData("track:job", "job", OperationQueue.Inference)]
    [InlineData("queue:task", "task", OperationQueue.Inference)]
    [InlineData("create:task", "task", OperationQueue.Media)]
    [InlineData("export:dataset", "job", OperationQueue.Interactive)]
    [InlineData("export:dataset", "project", OperationQueue.Bulk)]
    public void Work_with_models_has_a_queue_of_its_own(string type, string target, OperationQueue queue) =>
        Assert.Equal(queue, OperationQueues.Of(new Operation { Type = type, Target = target }));

    [Theory]
    [InlineData("", "", 4)]
    [InlineData("inference", "", 1)]
    [InlineData("", "inference", 3)]
    [InlineData("bulk", "", 1)]
    public void A_worker_serves_the_queues_that_it_is_told_to(string only, string except, int servers)
    {
        var options = new OperationOptions { Only = only, Except = except };

        var served = Enum.GetValues<OperationQueue>().Where(options.Serves).ToList();

        Assert.Equal(servers, served.Count);
        Assert.Equal(only is "inference" or "" && except != "inference", served.Contains(OperationQueue.Inference));
        Assert.Equal(servers, ServersOf(only, except));
    }

    [Fact]
    public void A_queue_that_is_none_is_refused_at_the_start()
    {
        using var host = Host("gpu", "").Build();

        Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<OperationOptions>>().Value);
    }

    /// <summary>Servers of Hangfire that the worker would start.</summary>
    private static int ServersOf(string only, string except)
    {
        var builder = Host(only, except);
        return builder.Services.Count(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationFactory?.Method.ReturnType == typeof(BackgroundJobServerHostedService));
    }

    private static HostApplicationBuilder Host(string only, string except)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([
            new("ConnectionStrings:annotator", "Host=nowhere"), new("Operations:Only", only), new("Operations:Except", except),
        ]);
        builder.AddOperationServers();
        return builder;
    }
}
