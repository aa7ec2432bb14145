using Aspire.Hosting;

namespace Annotator.Tests.Unit.AppHost;

/// <summary>What a stand-in does not do, it refuses.</summary>
public sealed class ModelTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void A_volume_name_is_refused_because_the_runner_has_no_volumes() =>
        Assert.Throws<NotSupportedException>(() =>
            _builder.AddAzurePostgresFlexibleServer("postgres").RunAsContainer(postgres => postgres.WithDataVolume("mine")));

    [Fact]
    public void Another_status_than_200_is_refused() =>
        Assert.Throws<NotSupportedException>(() => _builder.AddProject<Specimen>("api").WithHttpHealthCheck("/health", statusCode: 204));

    [Fact]
    public void Two_resources_of_one_name_are_refused()
    {
        _builder.AddProject<Specimen>("api");

        Assert.Throws<InvalidOperationException>(() => _builder.AddProject<Specimen>("API"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1api")]
    [InlineData("my--api")]
    [InlineData("api-")]
    [InlineData("my_api")]
    public void A_name_that_Aspire_refuses_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => _builder.AddProject<Specimen>(name));

    private sealed class Specimen : IProjectMetadata
    {
        public string ProjectPath => "/specimen/Specimen.csproj";
    }
}
